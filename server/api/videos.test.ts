import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { StreamConfig } from '../../lib/contract/videos.ts';
import { signConfig } from './media-links.ts';
import { testApi } from './test-api.ts';
import { type VideoPorts, videoRoutes } from './videos.ts';

const OPEN = '0198b0a0-0000-7000-8000-000000000001';
const HIDDEN = '0198b0a0-0000-7000-8000-000000000002';

/** Places by person and video, as server/vod keeps them. */
const places = new Map<string, number>();
const rows = [
  { id: OPEN, ownerId: 'somebody', visibility: 'members', playable: true },
  { id: HIDDEN, ownerId: 'somebody', visibility: 'private', playable: true },
];
const vod = {
  find: async (id: string) => rows.find((row) => row.id === id) ?? null,
  streamConfig: async (id: string) => ({
    ...{ id, title: 'A film', playable: true, complete: true, state: 'ready', durationSeconds: 100 },
    ...{ hls: null, mp4: null, original: null, thumbnail: null, storyboard: null, expiresAt: null },
    ...{ qualities: [], audioTracks: [], subtitles: [], chapters: [], positionSeconds: null },
  }),
  position: async (userId: string, id: string) => places.get(`${userId} ${id}`) ?? null,
  savePosition: async (userId: string, id: string, seconds: number) => {
    places.set(`${userId} ${id}`, seconds);
  },
} as unknown as VideoPorts['vod'];

const NUMBERS = { bandwidth: 1, averageBandwidth: 1, sizeBytes: 1 };

test('every address of a video is signed, also of what is around it (contracts.md §9)', () => {
  const config: StreamConfig = {
    ...{ id: OPEN, title: 'A film', playable: true, complete: true, state: 'ready', durationSeconds: 100 },
    ...{ hls: '/h', mp4: '/m', original: '/o', thumbnail: '/t', storyboard: '/s', expiresAt: null },
    qualities: [{ id: '720p', width: 9, height: 9, ...NUMBERS, mp4: '/a', ts: null }],
    subtitles: [{ track: 0, language: null, name: 'A', url: '/v' }],
    ...{ audioTracks: [], chapters: [], positionSeconds: null },
  };
  const signed = signConfig(config, 'expires=5&sig=x');
  expect(JSON.stringify(signed).match(/"\/\w"/g)).toBeNull();
  expect(JSON.stringify(signed).match(/"\/\w\?expires=5&sig=x"/g)).toHaveLength(7);
  expect(signed.qualities[0]?.ts).toBeNull();
  expect(signed.expiresAt).toBe('1970-01-01T00:00:05.000Z');
  expect(signConfig(config, '')).toEqual(config);
});

let api: Awaited<ReturnType<typeof testApi>>;
beforeAll(async () => {
  api = await testApi([videoRoutes({ vod, link: () => '' })]);
});
beforeEach(() => {
  places.clear();
  api.as('viewer');
});
afterAll(() => api.close());

const put = (id: string, seconds: unknown) => api.call('PUT', `/api/v1/videos/${id}/position`, { seconds });

test('a viewer keeps a place in a video, and its stream-config tells it to nobody else (UX 20)', async () => {
  places.set(`other ${OPEN}`, 77);
  const before = await api.call<StreamConfig>('GET', `/api/v1/videos/${OPEN}/stream-config`);
  expect(before.body.positionSeconds).toBeNull();
  expect((await put(OPEN, 42.5)).status).toBe(204);
  const { body } = await api.call<StreamConfig>('GET', `/api/v1/videos/${OPEN}/stream-config`);
  expect(body.positionSeconds).toBe(42.5);
  expect(places.get(`other ${OPEN}`)).toBe(77);
});

test('a video that the caller may not see does not exist for its place either', async () => {
  expect((await put(HIDDEN, 42)).status).toBe(404);
  expect((await put('0198b0a0-0000-7000-8000-000000000003', 42)).status).toBe(404);
  expect(places.size).toBe(0);
});

test('a place that is no time in a video is refused', async () => {
  for (const seconds of [-1, 'ten', null, 7 * 24 * 3600 + 1])
    expect((await put(OPEN, seconds)).status, String(seconds)).toBe(400);
  expect(places.size).toBe(0);
});
