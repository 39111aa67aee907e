import { eq } from 'drizzle-orm';
import { video } from '../../drizzle/schema/vod.ts';
import type { VideoState } from '../../lib/contract/videos.ts';
import type { Tx } from '../db/index.ts';
import type { VodPorts } from './ports.ts';

/** From which state a video may go to which (contracts.md §4). */
export const NEXT: Readonly<Record<VideoState, readonly VideoState[]>> = {
  uploading: ['queued', 'failed', 'cancelled'],
  queued: ['processing', 'failed', 'cancelled'],
  processing: ['ready', 'failed', 'cancelled'],
  ready: ['queued'],
  failed: ['queued'],
  cancelled: ['queued'],
};

/** Where nothing is left to hold. */
const RESTING: ReadonlySet<VideoState> = new Set(['ready', 'failed', 'cancelled']);

type Patch = Partial<Omit<typeof video.$inferInsert, 'id' | 'num' | 'state'>>;

/**
 * The one door through which a video changes its state. What belongs to the step is written in the same transaction.
 * False when the video is gone or may not go there from where it is; nothing is written then.
 */
export async function enter(
  { db, events }: Pick<VodPorts, 'db' | 'events'>,
  videoId: string,
  to: VideoState,
  patch: Patch = {},
  alongside: (tx: Tx) => Promise<void> = async () => undefined,
): Promise<boolean> {
  const from = await db.transaction(async (tx) => {
    const [row] = await tx
      .select({ state: video.state })
      .from(video)
      .where(eq(video.id, videoId))
      .for('update');
    if (!row || !NEXT[row.state].includes(to)) return null;
    await tx
      .update(video)
      .set({ ...patch, state: to, ...(RESTING.has(to) ? { paused: false } : {}), updatedAt: new Date() })
      .where(eq(video.id, videoId));
    await alongside(tx);
    return row.state;
  });
  if (from === null) return false;
  events.emit('video.state', { videoId, from, to });
  return true;
}
