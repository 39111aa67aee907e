import { and, eq } from 'drizzle-orm';
import { video, watchPosition } from '../../drizzle/schema/vod.ts';
import type { Db } from '../db/index.ts';

/** Whoever is so near to the end has seen the video; the next time begins at the start. */
const LAST_SHARE = 0.05;
const LAST_SECONDS = 15;

/** Whether a place says where to go on; at the start and near the end there is nothing to remember. */
export const isPlace = (seconds: number, durationSeconds: number | null): boolean =>
  seconds > 0 &&
  (durationSeconds === null ||
    seconds < durationSeconds - Math.max(LAST_SECONDS, durationSeconds * LAST_SHARE));

/** Where people stopped watching: one place for a person and a video (UX 20). */
export type Positions = {
  /** Seconds from the start; null when there is no place to go on from. */
  position(userId: string, videoId: string): Promise<number | null>;
  /** Keeps the place; 0 and what is near the end forget it. */
  savePosition(userId: string, videoId: string, seconds: number): Promise<void>;
};

export const createPositions = (db: Db): Positions => {
  const own = (userId: string, videoId: string) =>
    and(eq(watchPosition.userId, userId), eq(watchPosition.videoId, videoId));
  return {
    async position(userId, videoId) {
      const [row] = await db
        .select({ seconds: watchPosition.seconds, durationSeconds: video.durationSeconds })
        .from(watchPosition)
        .innerJoin(video, eq(video.id, watchPosition.videoId))
        .where(own(userId, videoId));
      // The length may have become known since the place was kept.
      return row && isPlace(row.seconds, row.durationSeconds) ? row.seconds : null;
    },
    async savePosition(userId, videoId, seconds) {
      const [found] = await db
        .select({ durationSeconds: video.durationSeconds })
        .from(video)
        .where(eq(video.id, videoId));
      if (!found) return;
      if (!isPlace(seconds, found.durationSeconds)) {
        await db.delete(watchPosition).where(own(userId, videoId));
        return;
      }
      await db
        .insert(watchPosition)
        .values({ userId, videoId, seconds })
        .onConflictDoUpdate({
          target: [watchPosition.userId, watchPosition.videoId],
          set: { seconds, updatedAt: new Date() },
        });
    },
  };
};
