import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { video } from '../../drizzle/schema/vod.ts';
import { type TestDatabase, testDatabase } from '../../tests/support/database.ts';
import { videosRevision } from './revision.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test('the revision follows each thing that a list of videos shows, whatever the clock says, and nothing else', async () => {
  const { db } = database;
  const ready = { state: 'ready' as const, ingest: 'stored' as const, durationSeconds: 5 };
  await db.insert(video).values(Array.from({ length: 100 }, (_, n) => ({ title: `${n}`, ...ready })));
  const [one] = await db.select().from(video).limit(1);
  const patch = (values: Partial<typeof video.$inferInsert>) =>
    db.update(video).set(values).where(eq(video.id, one!.id));
  const seen = new Set([await videosRevision(db)]);
  await patch({ thumbnailVersion: 7, progress: 0.5, updatedAt: new Date() });
  expect(seen).toContain(await videosRevision(db));
  const changes = [
    () => patch({ title: 'Another' }),
    () => patch({ visibility: 'private' }),
    () => patch({ durationSeconds: 5.5 }),
    () => patch({ durationSeconds: null }),
    () => patch({ gen: 2 }),
    () => patch({ state: 'queued' }),
    () => db.delete(video),
  ];
  for (const [i, change] of changes.entries()) {
    await change();
    seen.add(await videosRevision(db));
    expect(seen.size).toBe(i + 2);
  }
});
