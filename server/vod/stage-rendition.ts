import { and, eq } from 'drizzle-orm';
import { grid, rendition, video } from '../../drizzle/schema/vod.ts';
import { AppError } from '../core/errors.ts';
import { finalRows } from './final-rows.ts';
import {
  allGenerations,
  findGeneration,
  forgetGeneration,
  type Generation,
  prepareGeneration,
} from './generation.ts';
import { soundRow } from './grid/store.ts';
import { generationKey, type OpenGrid, type OpenGrids } from './open-grids.ts';
import { Pace } from './pieces/pace.ts';
import { missingRanges, planPieces } from './pieces/plan.ts';
import { closePieces, PIECES_QUEUE, type PieceRow, piecesOf, writePieces } from './pieces/rows.ts';
import type { PieceWorker } from './pieces/worker.ts';
import { rawKey, type Stage, type StageContext } from './stage.ts';

const LOOK_EVERY_MS = 1_000;
/** Hundreds of videos may wait in line, which should cost nothing. */
const LOOK_IN_LINE_EVERY_MS = 10_000;

export type Making = { grids: OpenGrids; worker: PieceWorker };

/**
 * Sees to it that all segments of a video are made: plans them as pieces, which this and other processes take, and waits.
 * What is there already is never made again, whether an earlier run made it or a viewer's request.
 */
export const renditionStage =
  ({ grids, worker }: Making): Stage =>
  async (context) => {
    const { ports, log } = context;
    const generation = await generationOf(context);
    const { videoId, gen } = generation;
    const open = await grids.open(generation);
    await ports.store.checkSpace(missingBytes(generation, open));
    if ((await piecesOf(ports.db, generation)).length === 0)
      await writePieces(ports.db, generation, planPieces(generation));
    ports.events.emit('work.waiting', { queue: PIECES_QUEUE });
    const already = madeCount(open);
    if (already > 0) log(`${already} segments were there already.`);
    const pieces = await allMade(context, { generation, open, worker });
    const rows = await finalRows(generation, open, pieces, context.signal);
    const older = await olderGenerations(context, gen);
    return {
      next: 'subtitles',
      commit: async (tx) => {
        const of = (one: typeof rendition.$inferInsert) =>
          and(eq(rendition.videoId, videoId), eq(rendition.gen, gen), eq(rendition.rung, one.rung));
        for (const one of rows) await tx.update(rendition).set(one).where(of(one));
        const frames = open.store.frames!;
        await tx
          .update(grid)
          .set({ frames })
          .where(and(eq(grid.videoId, videoId), eq(grid.gen, gen)));
        await closePieces(tx, videoId);
        for (const old of older) await forgetGeneration(tx, videoId, old);
        const durationSeconds = (frames * generation.plan.rate.den) / generation.plan.rate.num;
        await tx
          .update(video)
          .set({ playable: true, durationSeconds, mp4Quality: null })
          .where(eq(video.id, videoId));
      },
      afterwards: async () => {
        for (const old of older) await ports.store.remove(generationKey(videoId, old));
      },
    };
  };

async function generationOf({ ports, video: row }: StageContext): Promise<Generation> {
  if ((await ports.store.size(rawKey(row.id))) === null) throw new AppError('UPLOAD_NOT_FOUND');
  const gen = await ports.db.transaction(async (tx) => {
    const [current] = await tx.select().from(video).where(eq(video.id, row.id)).for('update');
    if (!current?.facts) throw new AppError('MEDIA_NOT_VIDEO');
    return await prepareGeneration(ports, tx, current);
  });
  const generation = await findGeneration(ports.db, row.id, gen);
  if (generation === null) throw new AppError('NOT_FOUND');
  return generation;
}

type Work = { generation: Generation; open: OpenGrid; worker: PieceWorker };

/** Comes back when every segment is there, and the end of the video known. */
async function allMade(context: StageContext, work: Work): Promise<PieceRow[]> {
  const { ports, signal } = context;
  const { generation, open, worker } = work;
  const pace = new Pace(generation, () => ports.clock.monotonicMs());
  const told = new Set<string>();
  let known = -1;
  let playable = context.video.playable;
  for (;;) {
    worker.wake();
    signal.throwIfAborted();
    const pieces = await piecesOf(ports.db, generation);
    const failed = pieces.find(({ state }) => state === 'failed');
    if (failed) throw failureOf(failed);
    for (const done of pieces.filter(({ id, state }) => state === 'done' && !told.has(id))) {
      told.add(done.id);
      context.log(lineOf(done));
    }
    await open.store.refresh();
    if (!playable) playable = await nowPlayable(context, work);
    const { share, speed, etaSeconds } = pace.at(open);
    const isInLine = share === known && pieces.every(({ state }) => state !== 'taken');
    if (!isInLine) context.report(share, speed, etaSeconds);
    known = share;
    if (pieces.every(({ state }) => state === 'done')) {
      const more = await whatIsMissing(generation, open);
      if (more.length === 0) return pieces;
      await writePieces(ports.db, generation, more);
    } else {
      await nextSign(context, isInLine ? LOOK_IN_LINE_EVERY_MS : LOOK_EVERY_MS);
    }
  }
}

async function whatIsMissing(generation: Generation, open: OpenGrid) {
  const { frames } = open.store;
  if (frames === null) {
    const last = Math.max(...generation.plan.rungs.map(({ id }) => open.store.rows().get(id)?.size ?? 0));
    return [{ kind: 'pictures' as const, track: 0, fromSegment: last, toSegment: null }];
  }
  return missingRanges(generation, frames, (row, k) => open.store.has(row, k));
}

/** A piece of the video begins or ends, or so long has passed, whatever comes first. */
async function nextSign({ ports, video: row, signal }: StageContext, waitMs: number): Promise<void> {
  const sign = Promise.withResolvers<void>();
  const timer = setTimeout(sign.resolve, waitMs);
  const off = ports.events.on('video.piece', ({ videoId }) => {
    if (videoId === row.id) sign.resolve();
  });
  const stop = () => sign.resolve();
  signal.addEventListener('abort', stop, { once: true });
  await sign.promise;
  clearTimeout(timer);
  // A long film looks thousands of times, always under the same signal.
  signal.removeEventListener('abort', stop);
  off();
}

/** A video whose length is not proved plays as soon as there is something to play (contracts.md §8). */
async function nowPlayable({ ports }: StageContext, { generation, open }: Work): Promise<boolean> {
  const { plan, videoId } = generation;
  const hasSound = plan.tracks.length === 0 || open.store.has(soundRow(0), 0);
  if (!ports.settings.get('hlsEnabled') || !hasSound || !open.store.has(plan.rungs[0]!.id, 0)) return false;
  const [changed] = await ports.db
    .update(video)
    .set({ playable: true })
    .where(and(eq(video.id, videoId), eq(video.playable, false)))
    .returning({ id: video.id });
  if (changed) ports.events.emit('video.changed', { videoId });
  return true;
}

function lineOf({ kind, track, fromSegment, toSegment, startedAt, endedAt }: PieceRow): string {
  const what = kind === 'sound' ? `Sound ${track + 1}` : 'Pictures';
  const where =
    toSegment === null ? `from segment ${fromSegment} on` : `of segments ${fromSegment} to ${toSegment - 1}`;
  const ms = (endedAt?.getTime() ?? 0) - (startedAt?.getTime() ?? 0);
  return `${what} ${where} made in ${(Math.max(0, ms) / 1000).toFixed(1)} s.`;
}

function failureOf({ error }: PieceRow): Error {
  const code = error?.code as ConstructorParameters<typeof AppError>[0] | undefined;
  return new AppError(code ?? 'TRANSCODE_FAILED', {
    ...(error ? { message: error.message, details: { log: error.log ?? [] } } : {}),
  });
}

const madeCount = ({ plan, store }: OpenGrid): number =>
  plan.rungs.reduce((sum, { id }) => sum + (store.rows().get(id)?.size ?? 0), 0);

/** What the segments that are missing take at most. */
function missingBytes({ plan, facts }: Generation, open: OpenGrid): number {
  const seconds = facts.durationSeconds ?? 60;
  const bits = plan.rungs.reduce(
    (sum, rung) => {
      const made = (open.store.rows().get(rung.id)?.size ?? 0) * plan.segmentSeconds;
      return sum + Math.max(0, seconds - made) * rung.videoBitsPerSecond;
    },
    seconds * plan.audioBitsPerSecond * plan.tracks.length,
  );
  return Math.ceil(bits / 8);
}

/**
 * What goes when a generation is complete: of those before it only the newest complete one stays, which people have watched
 * until now. One that was never completed is of no use to anybody.
 */
async function olderGenerations({ ports, video: row }: StageContext, gen: number): Promise<number[]> {
  const older = (await allGenerations(ports.db, row.id)).filter((one) => one.gen < gen);
  const played = older.find(({ complete }) => complete)?.gen;
  return older.map((one) => one.gen).filter((number) => number !== played);
}
