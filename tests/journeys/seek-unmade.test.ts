import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StreamConfig } from '../../lib/contract/videos.ts';
import { master, media, segmentBytes } from '../support/hls.ts';
import { makeLongFilm } from '../support/media.ts';
import { packetsOf, videoStart } from '../support/packets.ts';
import { panelFor } from '../support/panel.ts';
import { until } from '../support/until.ts';
import { settled, uploadFile } from '../support/upload.ts';

const run = promisify(execFile);
const SECONDS = 120;
const SEGMENT_SECONDS = 6;

const panel = panelFor({ beforeAll, afterAll }, () => ({ pages: false }));
let id: string;
const config = async () => (await panel.client.get<StreamConfig>(`/api/v1/videos/${id}/stream-config`)).body;

beforeAll(async () => {
  const long = await makeLongFilm(path.join(panel.dataDir, 'long.mp4'), {
    seconds: SECONDS,
    clip: { seconds: 12, size: '320x240' },
  });
  id = await uploadFile(panel.client, long);
}, 120_000);

test('right after the upload a player goes to the middle of the film, which nobody has made yet (S4.12)', async () => {
  const early = await until('the video plays', async () => {
    const now = await config();
    return now.hls ? now : null;
  });
  expect(early).toMatchObject({ complete: false, playable: true });
  expect(early.qualities).toMatchObject([{ id: '240p', mp4: null, ts: null }]);
  expect((await panel.client.raw(`/stream/${id}/240p.ts`)).status).toBe(404);

  const { variants } = await master(panel.client, early.hls!);
  const list = await media(panel.client, variants[0]!.uri);
  expect(list.endlist).toBe(true);
  expect(list.segments).toHaveLength(SECONDS / SEGMENT_SECONDS);
  const middle = list.segments.length / 2;
  for (const segment of list.segments.slice(middle, middle + 2)) {
    const packets = await packetsOf(await segmentBytes(panel.client, segment.uri));
    expect(packets.find(({ kind }) => kind === 'video')?.key).toBe(true);
    expect(packets.some(({ kind }) => kind === 'audio')).toBe(true);
  }
  const begun = videoStart(await packetsOf(await segmentBytes(panel.client, list.segments[middle]!.uri)));
  const first = videoStart(await packetsOf(await segmentBytes(panel.client, list.segments[0]!.uri)));
  expect(begun - first).toBeCloseTo(middle * SEGMENT_SECONDS, 3);
}, 60_000);

test('when all of it is made each quality is one seekable transport stream, whose bytes are its segments (B2)', async () => {
  expect((await settled(panel.client, id)).state).toBe('ready');
  const whole = await config();
  expect(whole.complete).toBe(true);
  const address = whole.qualities[0]!.ts!;
  const { variants } = await master(panel.client, whole.hls!);
  const { segments } = await media(panel.client, variants[0]!.uri);
  const parts: Buffer[] = [];
  for (const { uri } of segments) parts.push(Buffer.from(await segmentBytes(panel.client, uri)));
  const bytes = Buffer.concat(parts);

  const answer = await panel.client.raw(address);
  expect(answer.headers.get('content-type')).toBe('video/mp2t');
  expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  const head = await panel.client.raw(address, { method: 'HEAD' });
  expect(Number(head.headers.get('content-length'))).toBe(bytes.length);
  const from = bytes.length - 5000;
  const tail = await panel.client.raw(address, { headers: { Range: `bytes=${from}-` } });
  expect([tail.status, tail.headers.get('content-range')]).toEqual([
    206,
    `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
  ]);
  expect(Buffer.from(await tail.arrayBuffer()).equals(bytes.subarray(from))).toBe(true);

  // A seek over HTTP reads the end and a place, not the file.
  const input = ['-v', 'error', '-ss', String(SECONDS / 2), '-i', `${panel.base}${address}`];
  const { stdout } = await run('ffmpeg', [...input, '-t', '4', '-map', '0:v', '-f', 'framecrc', '-']);
  expect(stdout.split('\n').filter((line) => /^0,/.test(line)).length).toBeGreaterThan(25);
}, 120_000);
