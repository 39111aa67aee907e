import { existsSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { mp4Key } from './remux.ts';
import { movingClip, settledVideo, type TestVod, VodStation } from './test-vod.ts';

// Real encoding takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let station: VodStation;
let running: TestVod;
beforeAll(async () => {
  station = await VodStation.open();
});
afterEach(() => running.close());
afterAll(() => station.close());

/** The MP4s that are there of a clip in three qualities. */
const mp4sOf = (id: string) =>
  ['360p', '480p', '720p'].filter((rung) => existsSync(join(station.dir, mp4Key(id, 1, rung))));

async function made(): Promise<string> {
  const id = await station.upload(movingClip(1, 'mp4', '1280x720'));
  await running.vod.accept(id);
  expect((await settledVideo(running.vod, id)).state).toBe('ready');
  return id;
}

test('an MP4 that somebody asked for makes place for the next one beyond DISK_BUDGET, and is made again when it is asked for', async () => {
  running = await station.start({ DISK_BUDGET: '1' });
  const id = await made();
  expect(mp4sOf(id)).toEqual(['720p']);
  const first = (await running.vod.mp4(id, '360p'))!;
  expect(mp4sOf(id)).toEqual(['360p', '720p']);
  utimesSync(first.path, 1, 1);
  await running.vod.mp4(id, '480p');
  expect(mp4sOf(id)).toEqual(['480p', '720p']);
  expect((await running.vod.mp4(id, '360p'))!.sizeBytes).toBe(first.sizeBytes);
});

test('with KEEP_MP4 a finished video has an MP4 of each quality', async () => {
  running = await station.start({ KEEP_MP4: '1', DISK_BUDGET: '1' });
  const id = await made();
  expect(mp4sOf(id)).toEqual(['360p', '480p', '720p']);
  expect((await running.vod.streamConfig(id)).mp4).toBe(`/stream/${id}/720p`);
});
