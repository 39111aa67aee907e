import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import { job, video } from '../../drizzle/schema/vod.ts';
import type { VideoStage } from '../../lib/contract/videos.ts';
import { isDatabaseAway } from '../core/database-away.ts';
import { AppError, isAppError, messageOf } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { Tx } from '../db/index.ts';
import { RunAgain, type Work } from '../jobs/index.ts';
import { isPassing, toVideoError } from '../media/explain.ts';
import { withFullDisk } from './full-disk.ts';
import { playsWithout } from './generation.ts';
import { heldBy } from './grid/gate.ts';
import { closePieces } from './pieces/rows.ts';
import type { VodPorts } from './ports.ts';
import { jobLog, overall, reporter } from './progress.ts';
import type { JobRow, VideoRow } from './queries.ts';
import type { Stage, StageContext, StageResult } from './stage.ts';
import { mp4Stage } from './stage-mp4.ts';
import { probeStage } from './stage-probe.ts';
import { type Making, renditionStage } from './stage-rendition.ts';
import { storyboardStage } from './stage-storyboard.ts';
import { subtitlesStage } from './stage-subtitles.ts';
import { thumbnailStage } from './stage-thumbnail.ts';
import { enter } from './states.ts';

type WorkedStage = Exclude<VideoStage, 'verify'>;

type Stages = Readonly<Record<WorkedStage, Stage>>;

const ATTEMPTS = 3;
/**
 * Jobs that wait for their pieces cost nothing, and what is made next is chosen among them, so many are let in; the other
 * stages are short.
 */
const AT_ONCE: Readonly<Record<WorkedStage, number>> = {
  ...{ probe: 2, thumbnail: 1, rendition: 500 },
  ...{ subtitles: 1, storyboard: 1, mp4: 1 },
};

/** Stages that a video can be without, and what follows when one of them ends the server again and again. */
const LEFT_OUT: Partial<Record<WorkedStage, VideoStage>> = {
  ...{ thumbnail: 'rendition', subtitles: 'storyboard', storyboard: 'mp4' },
};

export const queueOf = (stage: VideoStage): string => `video.${stage}`;

/** A video's way through its stages: each is a job of its own, and the one that ends puts the next into its queue. */
export type Pipeline = {
  /** Writes the first job of a run; `send` it after the transaction. */
  plan(tx: Tx, videoId: string, stage: VideoStage): Promise<string>;
  send(stage: VideoStage, jobId: string, videoId: string): Promise<void>;
  /** Ends the jobs of a video, waits until their ffmpeg is gone. */
  stop(videoId: string): Promise<void>;
  /** Sends again what was written down but never reached its queue, or was lost there. */
  recover(): Promise<void>;
};

export function createPipeline(ports: VodPorts, making: Making): Pipeline {
  const { db, jobs } = ports;
  // Stills, sheets and files are no more urgent than pieces are.
  const held = { ...ports, supervisor: heldBy([making.grids.batches], ports.supervisor) };
  const stages: Stages = {
    probe: probeStage,
    thumbnail: thumbnailStage,
    rendition: renditionStage(making),
    subtitles: subtitlesStage,
    storyboard: storyboardStage,
    mp4: mp4Stage(making.grids),
  };
  const pipeline: Pipeline = {
    async plan(tx, videoId, stage) {
      const id = newId();
      await tx.insert(job).values({ id, videoId, kind: stage, state: 'queued' });
      return id;
    },
    async send(stage, jobId, videoId) {
      await jobs.send(queueOf(stage), jobId, { videoId }, await turnOf(db, videoId));
    },
    async stop(videoId) {
      const open = await db
        .update(job)
        .set({ state: 'cancelled', endedAt: new Date() })
        .where(and(eq(job.videoId, videoId), inArray(job.state, ['queued', 'running'])))
        .returning({ id: job.id, kind: job.kind });
      for (const { id, kind } of open) await jobs.cancel(queueOf(kind), id);
      await closePieces(db, videoId);
      await making.worker.stop(videoId);
    },
    async recover() {
      const open = await db
        .select({ id: job.id, kind: job.kind, videoId: job.videoId })
        .from(job)
        .where(inArray(job.state, ['queued', 'running']));
      const lost = new Set(await jobs.lost(open.map(({ id }) => id)));
      for (const { id, kind, videoId } of open)
        if (lost.has(id)) await jobs.resend(queueOf(kind), id, { videoId }, await turnOf(db, videoId));
    },
  };
  for (const stage of Object.keys(stages) as WorkedStage[]) {
    jobs.define<{ videoId: string }>(queueOf(stage), {
      concurrency: AT_ONCE[stage],
      run: (work) => runStage(held, pipeline, { name: stage, run: stages[stage] }, work),
    });
  }
  return pipeline;
}

/** Whoever has the fewest videos under way comes first, so that a folder of films keeps nobody else waiting (S4.9). */
async function turnOf(db: VodPorts['db'], videoId: string): Promise<number> {
  const own = db.select({ id: video.ownerId }).from(video).where(eq(video.id, videoId));
  const others = await db.$count(
    video,
    and(
      inArray(video.state, ['queued', 'processing']),
      ne(video.id, videoId),
      sql`${video.ownerId} is not distinct from (${own})`,
    ),
  );
  return -others;
}

async function runStage(
  ports: VodPorts,
  pipeline: Pipeline,
  stage: { name: WorkedStage; run: Stage },
  work: Work<{ videoId: string }>,
): Promise<void> {
  const begun = await begin(ports, stage.name, work);
  if (begun === null) return;
  const { signal, id: jobId } = work;
  try {
    const context = {
      ...{ ports, video: begun.video, jobId, signal },
      report: reporter(ports, { videoId: begun.video.id, jobId, stage: stage.name }),
      log: jobLog(ports, jobId),
      roomDir: ports.store.path(`temp/work/${ports.owner.roomName()}`),
    };
    const isPoison = stage.name !== 'rendition' && begun.job.attempt > ATTEMPTS;
    const result = await (isPoison ? leaveOut(stage.name, context) : stage.run(context));
    await finish(ports, pipeline, stage.name, begun, result);
  } catch (error) {
    if (!signal.aborted) return await fail(ports, begun, error);
    // An end in order, not one that the job has caused.
    const running = and(eq(job.id, jobId), eq(job.state, 'running'));
    await ports.db
      .update(job)
      .set({ state: 'queued' })
      .where(running)
      .catch(() => undefined);
    throw error;
  }
}

async function leaveOut(stage: WorkedStage, { log }: StageContext): Promise<StageResult> {
  const next = LEFT_OUT[stage];
  if (next === undefined) throw new AppError('TRANSCODE_QUARANTINED');
  log('The server ended three times while it worked on this, so it is left out.');
  return { next, commit: async () => undefined };
}

type Begun = { job: JobRow; video: VideoRow };

/** Marks a job as running; null when it was cancelled or is done already. */
async function begin(
  ports: VodPorts,
  stage: WorkedStage,
  { id, data }: Work<{ videoId: string }>,
): Promise<Begun | null> {
  const { db } = ports;
  await enter(ports, data.videoId, 'processing');
  const [current] = await db
    .update(video)
    .set({ stage, progress: overall(stage, 0), updatedAt: new Date() })
    .where(and(eq(video.id, data.videoId), eq(video.state, 'processing')))
    .returning();
  const open = and(eq(job.id, id), inArray(job.state, ['queued', 'running']));
  // A job that is running already was ended together with its process.
  const attempt = sql<number>`${job.attempt} + (case ${job.state} when 'running' then 1 else 0 end)`;
  const patch = current
    ? {
        state: 'running' as const,
        attempt,
        startedAt: new Date(),
        progress: 0,
        speed: null,
        etaSeconds: null,
      }
    : { state: 'cancelled' as const, endedAt: new Date() };
  const [row] = await db.update(job).set(patch).where(open).returning();
  return current && row ? { job: row, video: current } : null;
}

async function finish(
  ports: VodPorts,
  pipeline: Pipeline,
  stage: WorkedStage,
  begun: Begun,
  result: StageResult,
): Promise<void> {
  const videoId = begun.video.id;
  const { next } = result;
  let nextId: string | null = null;
  const write = async (tx: Tx): Promise<void> => {
    const ended = await tx
      .update(job)
      .set({ state: 'done', progress: 1, speed: null, etaSeconds: null, endedAt: new Date() })
      .where(and(eq(job.id, begun.job.id), eq(job.state, 'running')))
      .returning({ id: job.id });
    // Cancelled, or done by somebody else meanwhile: nothing of this attempt counts.
    if (ended.length === 0) throw new Error('the job is not running any more');
    await result.commit(tx);
    if (next) nextId = await pipeline.plan(tx, videoId, next);
  };
  if (next) {
    await ports.db.transaction(async (tx) => {
      const [row] = await tx
        .select({ state: video.state })
        .from(video)
        .where(eq(video.id, videoId))
        .for('update');
      if (row?.state !== 'processing') throw new Error('the video is not being processed any more');
      await write(tx);
      await tx
        .update(video)
        .set({ progress: overall(stage, 1), updatedAt: new Date() })
        .where(eq(video.id, videoId));
    });
  } else if (!(await enter(ports, videoId, 'ready', { progress: 1, stage: null, error: null }, write))) {
    return;
  }
  if (next && nextId) await pipeline.send(next, nextId, videoId);
  ports.events.emit('video.changed', { videoId });
  await result.afterwards?.();
}

async function fail(ports: VodPorts, begun: Begun, cause: unknown): Promise<void> {
  const thrown = withFullDisk(cause);
  const videoId = begun.video.id;
  // What is no error of the catalogue came from around the work: the database was away, say.
  const passing = isPassing(thrown) || !isAppError(thrown);
  const isAway = isDatabaseAway(thrown);
  const attempt = begun.job.attempt + (isAway ? 0 : 1);
  if (passing && attempt <= ATTEMPTS) {
    const again = { state: 'queued' as const, attempt };
    await ports.db
      .update(job)
      .set(again)
      .where(and(eq(job.id, begun.job.id), eq(job.state, 'running')));
    throw new RunAgain(thrown);
  }
  const error = toVideoError(thrown);
  ports.log.warn(
    { videoId, stage: begun.job.kind, code: error.code, cause: messageOf(thrown), log: error.log?.slice(-5) },
    'a video failed',
  );
  const ended = { state: 'failed' as const, error, endedAt: new Date() };
  const playable = await playsWithout(ports, videoId);
  await enter(ports, videoId, 'failed', { error, stage: null, playable }, async (tx) => {
    await tx
      .update(job)
      .set(ended)
      .where(and(eq(job.id, begun.job.id), eq(job.state, 'running')));
  });
}
