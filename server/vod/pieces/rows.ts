import { and, asc, eq, inArray, ne, notInArray, sql } from 'drizzle-orm';
import { type PieceSizes, piece } from '../../../drizzle/schema/vod.ts';
import type { VideoError } from '../../../lib/contract/videos.ts';
import type { Db, Tx } from '../../db/index.ts';

/** The name under which processes tell each other of new pieces. */
export const PIECES_QUEUE = 'video.pieces';

export type PieceRow = typeof piece.$inferSelect;

/** A range of segments as it is planned; no end means to the end of the video. */
export type PieceRange = Pick<PieceRow, 'kind' | 'track' | 'fromSegment' | 'toSegment'>;

type Of = { videoId: string; gen: number };

/** What was made for a person in this time counts against him while others wait (S4.9). */
export const FAIR = sql`interval '10 minutes'`;

/** Writes ranges down; one that is there already is opened again under its new end. */
export async function writePieces(db: Db | Tx, of: Of, ranges: readonly PieceRange[]): Promise<void> {
  if (ranges.length === 0) return;
  await db
    .insert(piece)
    .values(ranges.map((range) => ({ ...of, ...range, state: 'open' as const })))
    .onConflictDoUpdate({
      target: [piece.videoId, piece.gen, piece.kind, piece.track, piece.fromSegment],
      set: {
        toSegment: sql`excluded.to_segment`,
        state: 'open',
        owner: null,
        attempt: 0,
        error: null,
        sizes: null,
      },
    });
}

export const piecesOf = (db: Db | Tx, { videoId, gen }: Of): Promise<PieceRow[]> =>
  db
    .select()
    .from(piece)
    .where(and(eq(piece.videoId, videoId), eq(piece.gen, gen), ne(piece.state, 'past')))
    .orderBy(asc(piece.fromSegment));

/**
 * Nothing more is made of a video, because it is whole or was cancelled. What was made goes on to count for its owner's
 * turn; else whoever has many short videos would always be the one for whom nothing was made yet.
 */
export async function closePieces(db: Db | Tx, videoId: string): Promise<void> {
  await db.delete(piece).where(and(eq(piece.videoId, videoId), notInArray(piece.state, ['done', 'past'])));
  await db
    .update(piece)
    .set({ state: 'past', owner: null, sizes: null })
    .where(and(eq(piece.videoId, videoId), eq(piece.state, 'done')));
}

/** Removes what does not count any more; the clock may have been set back, too (PROC-07). */
export async function forgetPast(db: Db): Promise<void> {
  const counts = sql`${piece.endedAt} between now() - ${FAIR} and now() + ${FAIR}`;
  await db.delete(piece).where(and(eq(piece.state, 'past'), sql`not ${counts}`));
}

/** Failed ones are tried again as if for the first time: only when a person asks, not when a process takes over. */
export async function reopenFailed(db: Db | Tx, videoId: string): Promise<void> {
  await db
    .update(piece)
    .set({ state: 'open', owner: null, attempt: 0, error: null })
    .where(and(eq(piece.videoId, videoId), eq(piece.state, 'failed')));
}

/** The database's clock decides, by which turns are counted: those of machines differ, and jump (PROC-07). */
const NOW = sql`now()`;

/** Open again, as if it had not been begun. */
const GIVEN_BACK = {
  ...{ state: 'open' as const, owner: null },
  attempt: sql`greatest(0, ${piece.attempt} - 1)`,
};

const mine = (id: string, owner: number) =>
  and(eq(piece.id, id), eq(piece.owner, owner), eq(piece.state, 'taken'));

/** It brought a segment: what it was begun for before counts no longer. */
export async function markProgress(db: Db, id: string, owner: number): Promise<void> {
  await db.update(piece).set({ attempt: 0 }).where(mine(id, owner));
}

export async function finishPiece(
  db: Db,
  id: string,
  owner: number,
  sizes: PieceSizes | null,
): Promise<void> {
  await db.update(piece).set({ state: 'done', sizes, error: null, endedAt: NOW }).where(mine(id, owner));
}

/** Gives a piece back for whoever takes it next; `blameless` when it was not the piece that ended the work. */
export async function releasePiece(
  db: Db,
  id: string,
  owner: number,
  { blameless, error = null }: { blameless: boolean; error?: VideoError | null },
): Promise<void> {
  await db
    .update(piece)
    .set({
      ...{ state: 'open' as const, owner: null, error },
      ...(blameless ? GIVEN_BACK : {}),
    })
    .where(mine(id, owner));
}

/** Gives back what this owner is said to have but does not work on, without blame. */
export async function giveBackOthers(db: Db, owner: number, atWork: readonly string[]): Promise<void> {
  const forgotten = [eq(piece.state, 'taken'), eq(piece.owner, owner), notInArray(piece.id, [...atWork])];
  await db
    .update(piece)
    .set(GIVEN_BACK)
    .where(and(...forgotten));
}

export async function failPiece(db: Db, id: string, owner: number, error: VideoError): Promise<void> {
  await db.update(piece).set({ state: 'failed', error, endedAt: NOW }).where(mine(id, owner));
}

/** How many pieces of a video somebody works on. */
export async function takenOf(db: Db, videoIds: readonly string[]): Promise<PieceRow[]> {
  if (videoIds.length === 0) return [];
  return db
    .select()
    .from(piece)
    .where(and(inArray(piece.videoId, [...videoIds]), eq(piece.state, 'taken')));
}
