import { join } from 'node:path';
import { and, eq, ne, sql } from 'drizzle-orm';
import { rendition, video } from '../../drizzle/schema/vod.ts';
import { AppError } from '../core/errors.ts';
import { type EncodePlan, rateFor, renditionArgs } from '../media/args.ts';
import { cutShort, explainEnd, isRetryable, lacksToneMapping, ranOutOfMemory } from '../media/explain.ts';
import type { ChildResult } from '../media/ffmpeg/types.ts';
import { fpsOf } from '../media/frame-rate.ts';
import { chooseRungs, type Rendition } from '../media/ladder.ts';
import { openWorkroom } from '../media/workroom.ts';
import { claim } from './claim.ts';
import { type Measured, measureRendition } from './measure.ts';
import { runChild, wallLimitMs } from './run.ts';
import { factsOf, Passing, rawKey, type Stage, type StageContext } from './stage.ts';

const FILE_LIMIT_BYTES = 512 * 1024 * 1024;
const MEMORY_BYTES = 4 * 1024 ** 3;

export const generationKey = (videoId: string, gen: number): string => `processed/${videoId}/${gen}`;

type Made = Measured & { rung: Rendition };

/** Makes all rungs in one go under a new generation; what an interrupted attempt left is gone before it begins. */
export const renditionStage: Stage = async (context) => {
  const { ports, video: row } = context;
  const gen = await nextGeneration(context);
  await removeHalfMade(context, gen);
  const plan = planOf(context);
  const made = await encode(context, plan, gen);
  const values = made.map((rung) => rowOf(row.id, gen, plan, rung));
  const top = made.at(-1)!;
  return {
    next: 'mp4',
    commit: async (tx) => {
      await tx.insert(rendition).values(values);
      await tx.delete(rendition).where(and(eq(rendition.videoId, row.id), ne(rendition.gen, gen)));
      const patch = { playable: true, durationSeconds: top.durationSeconds, mp4Quality: null };
      await tx.update(video).set(patch).where(eq(video.id, row.id));
    },
    afterwards: async () => {
      ports.events.emit('video.changed', { videoId: row.id });
    },
  };
};

function planOf({ ports, video: row }: StageContext): EncodePlan {
  const facts = factsOf(row);
  if (facts?.video == null) throw new AppError('MEDIA_NOT_VIDEO');
  const all = chooseRungs(facts.video);
  // Without HLS only the MP4 of the best rung is wanted.
  const rungs = ports.settings.get('hlsEnabled') ? all : all.slice(-1);
  return {
    facts,
    rungs,
    segmentSeconds: ports.settings.get('hlsSegmentSeconds'),
    rate: rateFor(facts.video, rungs),
    threads: ports.settings.get('ffmpegThreads'),
    toneMapping: true,
  };
}

async function nextGeneration({ ports, video: row }: StageContext): Promise<number> {
  const [raised] = await ports.db
    .update(video)
    .set({ gen: sql`${video.gen} + 1` })
    .where(eq(video.id, row.id))
    .returning({ gen: video.gen });
  if (!raised) throw new AppError('NOT_FOUND');
  return raised.gen;
}

/** Folders of generations that no row knows and nobody watches: an interrupted attempt, or one before the last. */
async function removeHalfMade({ ports, video: row }: StageContext, gen: number): Promise<void> {
  const rows = await ports.db
    .select({ gen: rendition.gen })
    .from(rendition)
    .where(eq(rendition.videoId, row.id));
  const known = new Set(rows.map((r) => r.gen));
  for (const name of await ports.store.list(`processed/${row.id}`)) {
    const number = /^\d+$/.test(name) ? Number(name) : null;
    if (number !== null && number <= gen && !known.has(number))
      await ports.store.remove(generationKey(row.id, number));
  }
}

async function encode(context: StageContext, plan: EncodePlan, gen: number): Promise<Made[]> {
  const { ports, video: row, roomDir } = context;
  const folders = ['out', ...plan.rungs.map((rung) => `out/${rung.id}`)];
  await ports.store.checkSpace(expectedBytes(plan));
  const sourcePath = ports.store.path(rawKey(row.id));
  const room = await openWorkroom({ dir: roomDir, sourcePath, decoder: ports.decoder, folders });
  try {
    const result = await runEncoder(context, plan, room.dir);
    const out = join(room.dir, 'out');
    await claim(out);
    const made: Made[] = [];
    for (const rung of plan.rungs) {
      const measured = await measureRendition(join(out, rung.id));
      if (measured === null) throw nothingMade(result);
      made.push({ ...measured, rung });
    }
    checkWhole(made, plan, result);
    context.signal.throwIfAborted();
    await ports.store.put(generationKey(row.id, gen), out);
    return made;
  } finally {
    await room.close();
  }
}

async function runEncoder(context: StageContext, plan: EncodePlan, cwd: string): Promise<ChildResult> {
  const { durationSeconds } = plan.facts;
  const run = (toneMapping: boolean) =>
    runChild(
      context.ports,
      {
        label: 'renditions',
        program: 'ffmpeg',
        args: renditionArgs({ ...plan, toneMapping }),
        cwd,
        stdout: 'progress',
        timeoutMs: wallLimitMs(durationSeconds),
        memoryLimitBytes: MEMORY_BYTES,
        fileLimitBytes: FILE_LIMIT_BYTES,
      },
      { signal: context.signal, durationSeconds, report: context.report },
    );
  let result = await run(true);
  if (result.code !== 0 && lacksToneMapping(result)) result = await run(false);
  if (result.code === 0 && !ranOutOfMemory(result)) return result;
  const failure = explainEnd(result);
  throw isRetryable(result) ? new Passing(failure) : failure;
}

function nothingMade(result: ChildResult): AppError {
  return new AppError('MEDIA_UNREADABLE', { details: { log: result.lastLines } });
}

/** All rungs hold the same pictures, and all of them. */
function checkWhole(made: readonly Made[], plan: EncodePlan, result: ChildResult): void {
  const counts = new Set(made.map((rung) => rung.segments.sizesBytes.length));
  const details = { log: result.lastLines };
  if (counts.size !== 1) throw new AppError('TRANSCODE_FAILED', { details });
  const length = made[0]!.durationSeconds;
  const promised = plan.facts.video?.durationSeconds ?? plan.facts.durationSeconds ?? length;
  const failure = cutShort(length, promised, result);
  if (failure) throw failure;
}

/** What the renditions take at most. */
function expectedBytes(plan: EncodePlan): number {
  const bits = plan.rungs.reduce(
    (total, rung) => total + rung.videoBitsPerSecond + rung.audioBitsPerSecond,
    0,
  );
  return Math.ceil(((plan.facts.durationSeconds ?? 60) * bits) / 8);
}

function rowOf(videoId: string, gen: number, plan: EncodePlan, made: Made): typeof rendition.$inferInsert {
  return {
    videoId,
    kind: 'video',
    rung: made.rung.id,
    gen,
    layout: 'muxed',
    codec: made.codecs,
    width: made.rung.width,
    height: made.rung.height,
    fps: fpsOf(plan.rate),
    segmentSeconds: plan.segmentSeconds,
    segments: made.segments,
    peakBitsPerSecond: made.peakBitsPerSecond,
    averageBitsPerSecond: made.averageBitsPerSecond,
    made: true,
  };
}
