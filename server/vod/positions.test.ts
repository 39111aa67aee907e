import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { user } from '../../drizzle/schema/auth.ts';
import { video, watchPosition } from '../../drizzle/schema/vod.ts';
import { type TestDatabase, testDatabase } from '../../tests/support/database.ts';
import { createPositions, isPlace, type Positions } from './positions.ts';

let database: TestDatabase;
let positions: Positions;
beforeAll(async () => {
  database = await testDatabase();
  positions = createPositions(database.db);
  for (const id of ['ana', 'budi'])
    await database.db.insert(user).values({ id, name: id, email: `${id}@example.org` });
});
afterAll(() => database.close());

async function videoOf(durationSeconds: number | null): Promise<string> {
  const id = randomUUID();
  await database.db.insert(video).values({ id, title: 'A film', state: 'ready', durationSeconds });
  return id;
}

describe('where a person stopped (UX 20)', () => {
  test('the newest place of each person and video is kept, apart from the others', async () => {
    const [film, other] = [await videoOf(3600), await videoOf(3600)];
    await positions.savePosition('ana', film, 100);
    await positions.savePosition('ana', film, 754.5);
    await positions.savePosition('budi', film, 20);
    expect(await positions.position('ana', film)).toBe(754.5);
    expect(await positions.position('budi', film)).toBe(20);
    expect(await positions.position('ana', other)).toBeNull();
    const rows = await database.db.select().from(watchPosition);
    expect(rows.filter(({ videoId }) => videoId === film)).toHaveLength(2);
  });

  test('0, the last 5 % and the last 15 s forget it', async () => {
    const film = await videoOf(3600);
    for (const seconds of [0, 3420, 3599, 4000]) {
      await positions.savePosition('ana', film, 60);
      await positions.savePosition('ana', film, seconds);
      expect(await positions.position('ana', film), `${seconds} s`).toBeNull();
    }
    const short = await videoOf(60);
    await positions.savePosition('ana', short, 44);
    expect(await positions.position('ana', short)).toBe(44);
    await positions.savePosition('ana', short, 45);
    expect(await positions.position('ana', short)).toBeNull();
  });

  test('a place is kept while the length is unknown, and judged when it is known', async () => {
    const film = await videoOf(null);
    await positions.savePosition('ana', film, 100);
    expect(await positions.position('ana', film)).toBe(100);
    await database.db.update(video).set({ durationSeconds: 101 });
    expect(await positions.position('ana', film)).toBeNull();
  });

  test('a video that was deleted meanwhile is no error', async () => {
    await positions.savePosition('ana', randomUUID(), 100);
    expect(await positions.position('ana', randomUUID())).toBeNull();
  });

  test('the beginning is no place', () => {
    expect(isPlace(0, 100)).toBe(false);
    expect(isPlace(0, null)).toBe(false);
    expect(isPlace(0.5, null)).toBe(true);
    expect(isPlace(1, 10)).toBe(false);
  });
});
