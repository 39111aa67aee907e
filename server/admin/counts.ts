import { count, desc, eq, or } from 'drizzle-orm';
import { channel, job, video } from '../../drizzle/schema/index.ts';
import type { Db } from '../db/index.ts';

export type StationCounts = {
  channels: number;
  videos: number;
  jobsRunning: number;
  jobsQueued: number;
  demoLoaded: boolean;
};

/** How much of everything there is. */
export async function stationCounts(db: Db): Promise<StationCounts> {
  const [[channels], [videos], jobs, [demo]] = await Promise.all([
    db.select({ n: count() }).from(channel),
    db.select({ n: count() }).from(video),
    db
      .select({ state: job.state, n: count() })
      .from(job)
      .where(or(eq(job.state, 'running'), eq(job.state, 'queued')))
      .groupBy(job.state),
    db.select({ n: count() }).from(channel).where(eq(channel.demo, true)),
  ]);
  const jobsOf = (state: string) => jobs.find((row) => row.state === state)?.n ?? 0;
  return {
    channels: channels?.n ?? 0,
    videos: videos?.n ?? 0,
    jobsRunning: jobsOf('running'),
    jobsQueued: jobsOf('queued'),
    demoLoaded: (demo?.n ?? 0) > 0,
  };
}

/** The latest failed videos, for the list of what needs a person. */
export async function failedVideos(db: Db): Promise<{ id: string; title: string; message: string }[]> {
  const rows = await db
    .select({ id: video.id, title: video.title, error: video.error })
    .from(video)
    .where(eq(video.state, 'failed'))
    .orderBy(desc(video.updatedAt))
    .limit(5);
  return rows.map(({ id, title, error }) => ({
    id,
    title,
    message: error?.message ?? 'It could not be converted. Open it to see why.',
  }));
}
