import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SegmentMap, Video } from '../../lib/contract/videos.ts';
import { AppError } from '../core/errors.ts';
import type { VideoRow } from '../vod/index.ts';
import { testApi } from './test-api.ts';
import { type VideoPorts, videoRoutes } from './videos.ts';

const MINE = '018f2f6e-0000-7000-8000-000000000001';
const THEIRS = '018f2f6e-0000-7000-8000-000000000002';
const SEGMENTS: SegmentMap = {
  gen: 1,
  segmentSeconds: 6,
  count: 10,
  rows: [{ id: '360p', kind: 'video', made: [[0, 4]] }],
  running: [{ rows: ['360p'], from: 0, to: 10, at: 4, why: 'batch' }],
};

const rowOf = (id: string): VideoRow =>
  ({
    id,
    ownerId: id === MINE ? 'u' : 'other',
    visibility: 'members',
    playable: true,
  }) as unknown as VideoRow;

let api: Awaited<ReturnType<typeof testApi>>;
let held: Record<string, boolean> = {};
let listed: unknown[] = [];
const view = (id: string): Video => ({
  id,
  num: 1,
  title: 'Harbour',
  description: '',
  state: 'processing',
  ingest: 'stored',
  paused: held[id] === true,
  playable: true,
  visibility: 'members',
  progress: { upload: 1, process: 0.4, stage: 'rendition', speed: 2, etaSeconds: 9 },
  durationSeconds: 60,
  sizeBytes: 1,
  width: 1280,
  height: 720,
  videoCodec: 'h264',
  audioCodec: 'aac',
  fileName: 'harbour.mp4',
  ownerId: 'u',
  ownerName: null,
  uploadId: null,
  qualities: [],
  madeParts: null,
  thumbnail: null,
  error: null,
  createdAt: '2026-11-21T12:00:00.000Z',
  updatedAt: '2026-11-21T12:00:00.000Z',
});
beforeAll(async () => {
  const hold = (paused: boolean) => async (id: string) => {
    if ((held[id] === true) === paused) throw new AppError('CONFLICT');
    held[id] = paused;
  };
  const vod: Partial<VideoPorts['vod']> = {
    find: async (id) => (id === MINE || id === THEIRS ? rowOf(id) : null),
    view: async (id) => view(id),
    list: async (query) => {
      listed.push(query);
      return { items: [], nextCursor: null, total: 0 };
    },
    pause: hold(true),
    resume: hold(false),
    segments: async () => SEGMENTS,
  };
  api = await testApi([videoRoutes({ vod: vod as VideoPorts['vod'], link: () => '' })]);
});
beforeEach(() => {
  api.as('editor');
  held = {};
  listed = [];
});
afterAll(() => api.close());

test('work on a video is held and goes on, each answered with the video as it is then (S4.9)', async () => {
  const paused = await api.call<Video>('POST', `/api/v1/videos/${MINE}/pause`);
  expect(paused).toMatchObject({ status: 202, body: { id: MINE, paused: true } });
  const resumed = await api.call<Video>('POST', `/api/v1/videos/${MINE}/resume`);
  expect(resumed).toMatchObject({ status: 202, body: { id: MINE, paused: false } });
  expect((await api.call('POST', `/api/v1/videos/${MINE}/resume`)).status).toBe(409);
});

test('an editor holds only what is his, an admin everything, a viewer nothing', async () => {
  const pause = (id: string) => api.call('POST', `/api/v1/videos/${id}/pause`);
  expect((await pause(THEIRS)).status).toBe(403);
  expect(held).toEqual({});
  api.as('viewer');
  expect((await pause(MINE)).status).toBe(403);
  api.as('admin');
  expect((await pause(THEIRS)).status).toBe(202);
  expect((await pause('018f2f6e-0000-7000-8000-000000000003')).status).toBe(404);
});

test('the map tells which segments are made and what is being made', async () => {
  expect(await api.call('GET', `/api/v1/videos/${MINE}/segments`)).toMatchObject({
    status: 200,
    body: SEGMENTS,
  });
  api.as('viewer');
  expect((await api.call('GET', `/api/v1/videos/${MINE}/segments`)).status).toBe(403);
});

test('the list is narrowed by words, state and who may see a video; what makes no sense is refused', async () => {
  await api.call('GET', '/api/v1/videos?search=harbour&state=unfinished&visibility=link');
  expect(listed).toMatchObject([{ search: 'harbour', state: 'unfinished', visibility: 'link' }]);
  expect((await api.call('GET', '/api/v1/videos?visibility=everybody')).status).toBe(400);
});
