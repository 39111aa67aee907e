import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { grid, piece, rendition, video } from '../../drizzle/schema/vod.ts';
import type { SupervisedChild } from '../media/ffmpeg/supervisor.ts';
import { currentGeneration } from './generation.ts';
import { encoderOf, movingClip, settledVideo, type TestVod, VodStation } from './test-vod.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

let station: VodStation;
let running: TestVod;
beforeAll(async () => {
  station = await VodStation.open();
  // Short segments, so that there are many of them.
  running = await station.start(SHORT);
});
afterAll(async () => {
  await running.close();
  await station.close();
});
const SHORT = { HLS_SEGMENT_DURATION: '2' };

/** Every file of a generation's qualities, by name, with what tells it from one that was made again. */
function segmentFiles(id: string, gen: number): Map<string, number> {
  const files = new Map<string, number>();
  for (const rung of ['180p', 'audio-0'])
    for (const name of readdirSync(join(station.dir, 'processed', id, String(gen), rung)))
      files.set(`${rung}/${name}`, statSync(join(station.dir, 'processed', id, String(gen), rung, name)).ino);
  return files;
}
const countOf = (id: string) => segmentFiles(id, 1).size;

test('S4.6 B2 a server that ends in the middle makes only what is missing when it is back', async () => {
  const id = await station.upload(movingClip(40));
  await running.vod.accept(id);
  await encoderOf(running.supervisor);
  await expect.poll(() => countOf(id), { interval: 20, timeout: 30_000 }).toBeGreaterThan(3);
  await running.close();
  const before = segmentFiles(id, 1);
  const [held] = await station.database.db.select().from(piece).where(eq(piece.kind, 'pictures'));
  expect(held).toMatchObject({ state: 'open', owner: null, attempt: 0 });
  running = await station.start(SHORT);
  expect(await settledVideo(running.vod, id)).toMatchObject({ state: 'ready', durationSeconds: 40 });
  const after = segmentFiles(id, 1);
  expect(after.size).toBe(40);
  expect(before.size).toBeLessThan(40);
  for (const [name, inode] of before) expect([name, after.get(name)]).toEqual([name, inode]);
  const pieces = await station.database.db.select().from(piece).where(eq(piece.videoId, id));
  expect(new Set(pieces.map(({ state }) => state))).toEqual(new Set(['past']));
});

test('a video can be watched as soon as its length is known, and tells what is there and what is being made', async () => {
  const id = await station.upload(movingClip(44));
  const seen = Promise.withResolvers<void>();
  const off = running.events.on('video.progress', ({ videoId }) => videoId === id && seen.resolve());
  await running.vod.accept(id);
  await seen.promise;
  off();
  expect(await running.vod.view(id)).toMatchObject({ state: 'processing', playable: true });
  await expect
    .poll(async () => (await running.vod.segments(id)).running, { interval: 20, timeout: 20_000 })
    .toEqual([expect.objectContaining({ rows: ['180p'], from: 0, why: 'batch' })]);
  expect(await settledVideo(running.vod, id)).toMatchObject({ state: 'ready' });
  expect(await running.vod.segments(id)).toEqual({
    ...{ gen: 1, segmentSeconds: 2, count: 22, running: [] },
    rows: [
      { id: '180p', kind: 'video', made: [[0, 22]] },
      { id: 'audio-0', kind: 'audio', made: [[0, 22]] },
    ],
  });
  const { items } = await running.vod.listJobs({ limit: 10, videoId: id });
  const log = items.flatMap((job) => job.log).join('\n');
  expect(log).toMatch(/h264, 320 × 180, 44 s/);
  expect(log).toMatch(/Pictures of segments 0 to 19 made in [\d.]+ s/);
  expect(log).toMatch(/Pictures from segment 20 on made in/);
});

test('of a video that is made anew the old qualities play until the new ones are all there', async () => {
  const { db } = station.database;
  const id = await station.upload(movingClip(8));
  await running.vod.accept(id);
  await settledVideo(running.vod, id);
  const gens: number[] = [];
  await running.vod.generateHls(id);
  while ((await running.vod.view(id)).state !== 'ready') {
    const current = await currentGeneration(db, id);
    if (gens.at(-1) !== current!.gen) gens.push(current!.gen);
    expect(current!.complete).toBe(true);
  }
  expect((await currentGeneration(db, id))!.gen).toBe(2);
  expect(gens[0]).toBe(1);
  // A third time: the first is gone, the second stays for those who still hold its list.
  await running.vod.generateHls(id);
  await settledVideo(running.vod, id);
  const folders = readdirSync(join(station.dir, 'processed', id)).filter((name) => /^\d+$/.test(name));
  expect(folders.sort()).toEqual(['2', '3']);
  const kept = await db.select({ gen: grid.gen }).from(grid).where(eq(grid.videoId, id));
  expect(kept.map(({ gen }) => gen).sort()).toEqual([2, 3]);
  const rows = await db.select().from(rendition).where(eq(rendition.videoId, id));
  expect(rows.every(({ made }) => made)).toBe(true);
});

test('a making that was cancelled does not take the place of what people watch when the next one is complete', async () => {
  const id = await station.upload(movingClip(8));
  await running.vod.accept(id);
  await settledVideo(running.vod, id);
  await running.vod.generateHls(id);
  await expect
    .poll(async () => (await running.vod.segments(id)).gen, { interval: 10, timeout: 20_000 })
    .toBe(2);
  await running.vod.cancel(id);
  expect(await running.vod.view(id)).toMatchObject({ state: 'cancelled', playable: true });
  await running.vod.generateHls(id);
  await settledVideo(running.vod, id);
  const folders = readdirSync(join(station.dir, 'processed', id)).filter((name) => /^\d+$/.test(name));
  expect(folders.sort()).toEqual(['1', '3']);
});

test('MPEG-TS, whose length is only estimated, can be watched as soon as there is something to watch', async () => {
  const id = await station.upload(movingClip(20, 'mpegts'));
  const early: boolean[] = [];
  await running.vod.accept(id);
  while ((await running.vod.view(id)).state !== 'ready') early.push((await running.vod.view(id)).playable);
  expect(early[0]).toBe(false);
  expect(early.at(-1)).toBe(true);
  const view = await running.vod.view(id);
  expect(view).toMatchObject({ state: 'ready', playable: true });
  expect(view.durationSeconds).toBeCloseTo(20, 0);
});

test('an MP4 whose segments cannot be read fails at once, and is made when they are back', async () => {
  const id = await station.upload(movingClip(6));
  await running.vod.accept(id);
  await settledVideo(running.vod, id);
  const folder = join(station.dir, 'processed', id, '1');
  rmSync(join(folder, '180p.mp4'));
  renameSync(join(folder, '180p', '1.v.ts'), join(folder, 'away'));
  await expect(running.vod.mp4(id, '180p')).rejects.toMatchObject({ code: 'ENOENT' });
  renameSync(join(folder, 'away'), join(folder, '180p', '1.v.ts'));
  expect((await running.vod.mp4(id, '180p'))!.sizeBytes).toBeGreaterThan(10_000);
});

test('an MP4 that is being made when its video is removed leaves nothing behind', async () => {
  const { supervisor, vod } = running;
  const id = await station.upload(movingClip(6));
  await vod.accept(id);
  await settledVideo(vod, id);
  rmSync(join(station.dir, 'processed', id, '1', '180p.mp4'));
  const [written, removed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const start = supervisor.start.bind(supervisor);
  // The file is whole, and the server has not heard of it yet.
  const whenRemoved = async (child: SupervisedChild) => {
    const result = await child.done;
    written.resolve();
    await removed.promise;
    return result;
  };
  vi.spyOn(supervisor, 'start').mockImplementation((spec) => {
    const child = start(spec);
    if (spec.label !== 'fast-start') return child;
    const { label, pid, stdout, stdin } = child;
    const methods = { onProgress: child.onProgress.bind(child), stop: child.stop.bind(child) };
    const more = { pause: () => child.pause(), resume: () => child.resume(), done: whenRemoved(child) };
    return { label, pid, stdout, stdin, ...methods, ...more };
  });
  const made = vod.mp4(id, '180p').then(
    () => 'made',
    () => 'given up',
  );
  await written.promise;
  vi.restoreAllMocks();
  await vod.remove(id);
  removed.resolve();
  expect(await made).toBe('given up');
  expect(existsSync(join(station.dir, 'processed', id))).toBe(false);
});

test('PROC-09 what was begun three times without a single segment is not begun again by itself', async () => {
  const { db } = station.database;
  const id = await station.upload(movingClip(10));
  await db.update(video).set({ paused: true }).where(eq(video.id, id));
  await running.vod.accept(id);
  // As three processes leave it that ended while they worked on it.
  await expect
    .poll(async () => (await db.select().from(piece).where(eq(piece.videoId, id))).length, {
      timeout: 20_000,
    })
    .toBeGreaterThan(0);
  await db.update(piece).set({ state: 'taken', owner: 1, attempt: 3 }).where(eq(piece.videoId, id));
  await running.vod.resume(id);
  const view = await settledVideo(running.vod, id);
  expect(view).toMatchObject({ state: 'failed', playable: false, error: { code: 'TRANSCODE_QUARANTINED' } });
  await running.vod.retry(id);
  expect((await settledVideo(running.vod, id)).state).toBe('ready');
});
