import { and, eq, sql } from 'drizzle-orm';
import { job, video } from '../../drizzle/schema/vod.ts';
import type { VideoStage } from '../../lib/contract/videos.ts';
import { messageOf } from '../core/errors.ts';
import type { VodPorts } from './ports.ts';

/** Which part of the whole each stage is; most of the time goes into the renditions. */
const SHARE: Readonly<Record<VideoStage, readonly [from: number, to: number]>> = {
  probe: [0, 0.02],
  thumbnail: [0.02, 0.05],
  rendition: [0.05, 0.95],
  subtitles: [0.95, 0.96],
  storyboard: [0.96, 0.98],
  mp4: [0.98, 1],
  verify: [1, 1],
};
const EVENT_EVERY_MS = 500;
const ROW_EVERY_MS = 1_000;

export type Report = (share: number, speed: number | null, etaSeconds: number | null) => void;

/** The share of the whole work that is done when `share` of a stage is. */
export const overall = (stage: VideoStage, share: number): number => {
  const [from, to] = SHARE[stage];
  return from + (to - from) * Math.min(1, Math.max(0, share));
};

/** Tells how far a stage is: events twice a second, rows once a second. */
export function reporter(ports: VodPorts, at: { videoId: string; jobId: string; stage: VideoStage }): Report {
  const { videoId, jobId, stage } = at;
  let eventAt = Number.NEGATIVE_INFINITY;
  let rowAt = Number.NEGATIVE_INFINITY;
  return (share, speed, etaSeconds) => {
    const now = ports.clock.monotonicMs();
    const process = overall(stage, share);
    if (now - eventAt >= EVENT_EVERY_MS) {
      eventAt = now;
      ports.events.emit('video.progress', {
        videoId,
        progress: { upload: 1, process, stage, speed, etaSeconds },
      });
    }
    if (now - rowAt < ROW_EVERY_MS) return;
    rowAt = now;
    writeRows(ports, { videoId, jobId, process, share, speed, etaSeconds }).catch((error: unknown) =>
      ports.log.warn({ videoId, error: messageOf(error) }, 'progress could not be written'),
    );
  };
}

const MOST_LINES = 300;

/** Writes sentences into the log of a job, in order; a log that cannot be written stops nothing. */
export function jobLog(ports: Pick<VodPorts, 'db' | 'log'>, jobId: string): (line: string) => void {
  let last: Promise<unknown> = Promise.resolve();
  return (line) => {
    const entry = JSON.stringify([`${new Date().toISOString()} ${line}`]);
    last = last
      .then(() =>
        ports.db
          .update(job)
          .set({ log: sql`${job.log} || ${entry}::jsonb` })
          .where(and(eq(job.id, jobId), sql`jsonb_array_length(${job.log}) < ${MOST_LINES}`)),
      )
      .catch((error: unknown) =>
        ports.log.debug({ jobId, error: messageOf(error) }, 'a job log was not written'),
      );
  };
}

type Numbers = {
  videoId: string;
  jobId: string;
  process: number;
  share: number;
  speed: number | null;
  etaSeconds: number | null;
};

async function writeRows({ db }: VodPorts, at: Numbers): Promise<void> {
  const { share, speed, etaSeconds } = at;
  await db
    .update(job)
    .set({ progress: share, speed, etaSeconds })
    .where(and(eq(job.id, at.jobId), eq(job.state, 'running')));
  await db
    .update(video)
    .set({ progress: at.process })
    .where(and(eq(video.id, at.videoId), eq(video.state, 'processing')));
}
