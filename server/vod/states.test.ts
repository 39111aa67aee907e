import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { video } from '../../drizzle/schema/vod.ts';
import { VIDEO_STATES, type VideoState } from '../../lib/contract/videos.ts';
import { type TestDatabase, testDatabase } from '../../tests/support/database.ts';
import { Events } from '../core/events.ts';
import { peakBitsPerSecond } from './measure.ts';
import { enter, NEXT } from './states.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const videoIn = async (state: VideoState): Promise<string> => {
  const id = randomUUID();
  await database.db.insert(video).values({ id, title: 'x', state });
  return id;
};
const stateOf = async (id: string) =>
  (await database.db.select().from(video).where(eq(video.id, id)))[0]?.state;

test('a video goes from each state only to those of the table, and each step is told once', async () => {
  const events = new Events();
  const told: string[] = [];
  events.on('video.state', ({ from, to }) => told.push(`${from}>${to}`));
  for (const from of VIDEO_STATES) {
    for (const to of VIDEO_STATES) {
      const id = await videoIn(from);
      const moved = await enter({ db: database.db, events }, id, to);
      expect(moved, `${from} > ${to}`).toBe(NEXT[from].includes(to));
      expect(await stateOf(id)).toBe(moved ? to : from);
    }
  }
  expect(told).toHaveLength(Object.values(NEXT).flat().length);
});

test('what belongs to a step is undone with it', async () => {
  const id = await videoIn('processing');
  const failing = enter({ db: database.db, events: new Events() }, id, 'ready', { progress: 1 }, async () => {
    throw new Error('cut short');
  });
  await expect(failing).rejects.toThrow('cut short');
  expect(await stateOf(id)).toBe('processing');
});

test('nothing that rests is paused: there is nothing left to resume', async () => {
  for (const to of ['ready', 'failed', 'cancelled'] as const) {
    const id = await videoIn('processing');
    await database.db.update(video).set({ paused: true }).where(eq(video.id, id));
    await enter({ db: database.db, events: new Events() }, id, to);
    const [row] = await database.db.select().from(video).where(eq(video.id, id));
    expect(row).toMatchObject({ state: to, paused: false });
  }
});

test('of two that would make it ready at once, one does', async () => {
  const id = await videoIn('processing');
  const ports = { db: database.db, events: new Events() };
  expect((await Promise.all([enter(ports, id, 'ready'), enter(ports, id, 'ready')])).sort()).toEqual([
    false,
    true,
  ]);
});

test.each([
  ['the densest segment counts', [6, 6, 3], [600, 1200, 300], 1600],
  ['one picture at the end does not', [6, 0.04], [600, 300], 1193],
  ['nor does it make the segment before it less', [6, 0.5], [1200, 1], 1600],
  ['a last one of half the target counts alone', [6, 3], [600, 600], 1600],
  ['short ones count together', [2, 2, 2, 2], [100, 400, 400, 100], 1600],
  ['all of a list that is shorter than half the target', [0.5], [100], 1600],
])('the peak by RFC 8216: %s', (_what, durationsSeconds, sizesBytes, peak) => {
  expect(peakBitsPerSecond({ durationsSeconds, sizesBytes }, 6)).toBe(peak);
});
