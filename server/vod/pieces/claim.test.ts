import { randomUUID } from 'node:crypto';
import { asc, eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { user } from '../../../drizzle/schema/auth.ts';
import { piece, video } from '../../../drizzle/schema/vod.ts';
import { type TestDatabase, testDatabase } from '../../../tests/support/database.ts';
import { type Owner, openOwner } from '../owner.ts';
import { claimPiece } from './claim.ts';
import {
  closePieces,
  finishPiece,
  forgetPast,
  type PieceRange,
  piecesOf,
  releasePiece,
  writePieces,
} from './rows.ts';

let database: TestDatabase;
let owner: Owner;
beforeAll(async () => {
  database = await testDatabase();
  owner = await openOwner({ pool: database.pool });
});
afterAll(async () => {
  await owner.close();
  await database.close();
});
afterEach(async () => void (await database.db.delete(video)));

const pictures = (fromSegment: number, toSegment: number | null): PieceRange => ({
  ...{ kind: 'pictures', track: 0, fromSegment, toSegment },
});
type Values = Partial<typeof video.$inferInsert>;

async function person(): Promise<string> {
  const id = randomUUID();
  await database.db.insert(user).values({ id, name: 'Ani', email: `${id}@example.org` });
  return id;
}

/** A video that is being made, with these pieces. */
async function videoWith(ranges: readonly PieceRange[], values: Values = {}): Promise<string> {
  const [row] = await database.db
    .insert(video)
    .values({ title: 'A film', state: 'processing', gen: 1, durationSeconds: 600, ...values })
    .returning({ id: video.id });
  await writePieces(database.db, { videoId: row!.id, gen: 1 }, ranges);
  return row!.id;
}
const take = (number = owner.number()!) => claimPiece(database.db, number);
const end = (id: string) => finishPiece(database.db, id, owner.number()!, null);

test('the pieces of a video are taken from its beginning, sound before the pictures of the same place', async () => {
  await videoWith([
    pictures(20, null),
    pictures(0, 20),
    { kind: 'sound', track: 1, fromSegment: 0, toSegment: 40 },
    { kind: 'sound', track: 0, fromSegment: 0, toSegment: 40 },
  ]);
  const taken: Awaited<ReturnType<typeof take>>[] = [];
  for (let n = 0; n < 4; n++) {
    taken.push(await take());
    await end(taken.at(-1)!.id);
  }
  expect(taken.map((one) => [one!.kind, one!.track, one!.from, one!.to])).toEqual([
    ['sound', 0, 0, 40],
    ['sound', 1, 0, 40],
    ['pictures', 0, 0, 20],
    ['pictures', 0, 20, null],
  ]);
  expect(await take()).toBeNull();
});

test('PROC-08 two who ask at once never get the same piece', async () => {
  for (let n = 0; n < 6; n++)
    await videoWith([pictures(0, 20), pictures(20, null)], { ownerId: await person() });
  const taken = await Promise.all(Array.from({ length: 15 }, () => take()));
  const ids = taken.filter((one) => one !== null).map(({ id }) => id);
  expect(ids).toHaveLength(12);
  expect(new Set(ids).size).toBe(12);
});

test('S4.6 short before long, what is paused waits, and what somebody watches comes first at the place where he is', async () => {
  const long = await videoWith([pictures(0, 20), pictures(20, 40), pictures(40, null)], {
    durationSeconds: 7200,
  });
  const short = await videoWith([pictures(0, null)], { durationSeconds: 30 });
  await videoWith([pictures(0, null)], { durationSeconds: 10, paused: true });
  expect((await take())!.videoId).toBe(short);
  await database.db
    .update(video)
    .set({ watchedAt: new Date(), watchedSegment: 25 })
    .where(eq(video.id, long));
  await videoWith([pictures(0, null)], { durationSeconds: 5 });
  for (const from of [20, 40]) {
    const claim = await take();
    expect(claim).toMatchObject({ videoId: long, from });
    await end(claim!.id);
  }
  // Not watched for a while, or so it seems after the clock was set back (PROC-07): the short ones again.
  for (const ms of [-60_000, 3_600_000]) {
    await database.db
      .update(video)
      .set({ watchedAt: new Date(Date.now() + ms) })
      .where(eq(video.id, long));
    await videoWith([pictures(0, null)], { durationSeconds: 5 });
    const claim = await take();
    expect(claim!.videoId).not.toBe(long);
    await end(claim!.id);
  }
});

test('S4.9 people take turns: many videos of one do not keep another waiting', async () => {
  const [first, second] = [await person(), await person()];
  for (let n = 0; n < 4; n++) await videoWith([pictures(0, 20)], { ownerId: first, durationSeconds: 20 });
  for (let n = 0; n < 2; n++) await videoWith([pictures(0, 20)], { ownerId: second, durationSeconds: 9000 });
  const owners: (string | null)[] = [];
  for (let n = 0; n < 6; n++) {
    const claim = (await take())!;
    const [row] = await database.db.select().from(video).where(eq(video.id, claim.videoId));
    owners.push(row!.ownerId);
    await end(claim.id);
  }
  expect(owners).toEqual([first, second, first, second, first, first]);
});

test('S4.9 people take turns also when the videos of one are whole after each piece, and leave the queue', async () => {
  const [first, second] = [await person(), await person()];
  for (let n = 0; n < 4; n++) await videoWith([pictures(0, 20)], { ownerId: first, durationSeconds: 20 });
  const film = Array.from({ length: 4 }, (_, at) => pictures(at * 20, at * 20 + 20));
  const long = await videoWith(film, { ownerId: second, durationSeconds: 9000 });
  const owners: string[] = [];
  for (let claim = await take(); claim !== null; claim = await take()) {
    owners.push(claim.videoId === long ? second : first);
    await end(claim.id);
    if (claim.videoId === long) continue;
    await closePieces(database.db, claim.videoId);
    await database.db.update(video).set({ state: 'ready' }).where(eq(video.id, claim.videoId));
  }
  expect(owners).toEqual([first, second, first, second, first, second, first, second]);
});

test('what is past is no piece of its video any more, can be made again, and is forgotten when it counts no longer', async () => {
  const { db } = database;
  const ranges = [pictures(0, 20), pictures(20, 40), pictures(40, null)];
  const of = { videoId: await videoWith(ranges), gen: 1 };
  for (let n = 0; n < 2; n++) await end((await take())!.id);
  await take();
  await closePieces(db, of.videoId);
  expect(await piecesOf(db, of)).toEqual([]);
  const past = () =>
    db.select().from(piece).where(eq(piece.videoId, of.videoId)).orderBy(asc(piece.fromSegment));
  expect((await past()).map(({ state, fromSegment }) => [state, fromSegment])).toEqual([
    ['past', 0],
    ['past', 20],
  ]);
  // Cancelled and tried again: the same ranges.
  await writePieces(db, of, ranges);
  expect((await piecesOf(db, of)).map(({ state, attempt }) => [state, attempt])).toEqual([
    ['open', 0],
    ['open', 0],
    ['open', 0],
  ]);
  for (let n = 0; n < 3; n++) await end((await take())!.id);
  await closePieces(db, of.videoId);
  // Its end was long ago, or so it seems after the clock was set back (PROC-07); the last one still counts.
  for (const [from, ms] of [
    [0, -660_000],
    [20, 3_600_000],
  ] as const)
    await db
      .update(piece)
      .set({ endedAt: new Date(Date.now() + ms) })
      .where(eq(piece.fromSegment, from));
  await forgetPast(db);
  expect((await past()).map(({ fromSegment }) => fromSegment)).toEqual([40]);
});

test('a person has two pieces at work at most, in all processes together, and the others have theirs (S4.9)', async () => {
  const [first, second] = [await person(), await person()];
  const mine = await videoWith(
    Array.from({ length: 8 }, (_, at) => pictures(at * 20, at * 20 + 20)),
    {
      ownerId: first,
      durationSeconds: 20,
    },
  );
  const theirs = await videoWith([pictures(0, 20), pictures(20, 40)], { ownerId: second });
  const other = await openOwner({ pool: database.pool });
  const claims = (
    await Promise.all(Array.from({ length: 12 }, (_, at) => take(at % 2 ? other.number()! : undefined)))
  ).filter((claim) => claim !== null);
  const of = (videoId: string) => claims.filter((claim) => claim.videoId === videoId);
  expect([of(mine).length, of(theirs).length]).toEqual([2, 2]);
  await end(of(mine)[0]!.id);
  await finishPiece(database.db, of(mine)[0]!.id, other.number()!, null);
  expect((await take())?.videoId).toBe(mine);
  expect(await take()).toBeNull();
  // What is paused stands still, and what a dead process had runs no longer.
  await database.db.update(video).set({ paused: true }).where(eq(video.id, mine));
  await videoWith([pictures(0, 20), pictures(20, 40), pictures(40, 60)], { ownerId: first });
  expect([await take(), await take(), await take()].map((claim) => claim === null)).toEqual([
    false,
    false,
    true,
  ]);
  await other.close();
});

test('PROC-01 what a process had taken is taken over as soon as it is gone, and not before', async () => {
  await videoWith([pictures(0, null)]);
  const other = await openOwner({ pool: database.pool });
  const theirs = (await take(other.number()!))!;
  expect(theirs.attempt).toBe(1);
  expect(await take()).toBeNull();
  await other.close();
  const ours = (await take())!;
  expect(ours).toMatchObject({ id: theirs.id, attempt: 2 });
  // The old owner comes too late to say anything about it.
  await finishPiece(database.db, theirs.id, 12_345, null);
  const [row] = await database.db.select().from(piece).where(eq(piece.id, ours.id));
  expect(row!.state).toBe('taken');
});

test('a piece that is given back without blame counts as not begun', async () => {
  await videoWith([pictures(0, null)]);
  for (let n = 0; n < 5; n++) {
    const claim = (await take())!;
    expect(claim.attempt).toBe(1);
    await releasePiece(database.db, claim.id, owner.number()!, { blameless: true });
  }
});
