import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { job, video } from '../../drizzle/schema/vod.ts';
import { movingClip, settledVideo, VodStation } from './test-vod.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

let station: VodStation;
let id: string;
beforeAll(async () => {
  station = await VodStation.open();
});
afterAll(() => station.close());

const folder = () => join(station.dir, 'processed', id);

/** A server finds its storyboard begun so often and never ended; the answer is what it makes of that. */
async function afterEnds(attempt: number) {
  const { db } = station.database;
  await db.update(video).set({ state: 'processing', storyboard: null }).where(eq(video.id, id));
  await db.insert(job).values({ videoId: id, kind: 'storyboard', state: 'running', attempt });
  const running = await station.start();
  try {
    expect(await settledVideo(running.vod, id)).toMatchObject({ state: 'ready', error: null });
    const { storyboard } = await running.vod.streamConfig(id);
    const board = await running.vod.sheet(id, 1, 0);
    const rows = await db
      .select()
      .from(job)
      .where(eq(job.kind, 'storyboard'))
      .orderBy(desc(job.createdAt))
      .limit(1);
    return { storyboard, board, log: rows[0]?.log.join('\n') ?? '', attempt: rows[0]?.attempt };
  } finally {
    await running.close();
  }
}

test('S4.6 a server that ends in the middle of a storyboard makes it whole when it is back', async () => {
  id = await station.upload(movingClip(3));
  const running = await station.start();
  await running.vod.accept(id);
  expect(await settledVideo(running.vod, id)).toMatchObject({ state: 'ready' });
  await running.close();
  const whole = readFileSync(join(folder(), 'storyboard-1-0.jpg'));
  writeFileSync(join(folder(), 'storyboard-1-0.jpg'), whole.subarray(0, 100));
  writeFileSync(join(folder(), 'storyboard-7-3.jpg'), whole);
  const { storyboard, board, attempt } = await afterEnds(1);
  expect(storyboard).toBe(`/thumb/${id}/storyboard.vtt?v=1`);
  expect(attempt).toBe(2);
  expect(board?.sizeBytes).toBe(whole.length);
  expect(readdirSync(folder()).filter((name) => name.startsWith('storyboard'))).toEqual([
    'storyboard-1-0.jpg',
  ]);
});

test('a storyboard that has ended the server three times is left out, and the video is ready without it', async () => {
  const { storyboard, log } = await afterEnds(3);
  expect(storyboard).toBeNull();
  expect(log).toContain('The server ended three times while it worked on this, so it is left out.');
});
