import { count, inArray } from 'drizzle-orm';
import { job, video } from '../../drizzle/schema/vod.ts';
import { VIDEO_STATES, type VideoServerStatus } from '../../lib/contract/videos.ts';
import type { VodPorts } from './ports.ts';

/** How the video server is doing: videos by state, open jobs, running children, free space. */
export async function serverStatus({ db, store, supervisor }: VodPorts): Promise<VideoServerStatus> {
  const byState = await db.select({ state: video.state, total: count() }).from(video).groupBy(video.state);
  const open = await db
    .select({ state: job.state, total: count() })
    .from(job)
    .where(inArray(job.state, ['queued', 'running']))
    .groupBy(job.state);
  const jobsIn = (state: 'queued' | 'running') => open.find((row) => row.state === state)?.total ?? 0;
  return {
    videos: Object.fromEntries(
      VIDEO_STATES.map((state) => [state, byState.find((row) => row.state === state)?.total ?? 0]),
    ),
    jobs: { queued: jobsIn('queued'), running: jobsIn('running') },
    encoders: supervisor.running(),
    storage: { freeBytes: await store.freeBytes() },
  };
}
