import { eq, sql } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import { video } from '../../../drizzle/schema/vod.ts';
import { messageOf } from '../../core/errors.ts';
import type { VodPorts } from '../ports.ts';

const AT_MOST_EVERY_MS = 5_000;

/** Writes down where somebody watches a video that is being made, so that this is made first; not each time. */
export function createWatched({ db, clock, log }: VodPorts): (videoId: string, k: number) => void {
  const written = new LRUCache<string, { atMs: number; k: number }>({ max: 1_000 });
  return (videoId, k) => {
    const nowMs = clock.monotonicMs();
    const last = written.get(videoId);
    if (last && nowMs - last.atMs < AT_MOST_EVERY_MS) return;
    written.set(videoId, { atMs: nowMs, k });
    db.update(video)
      .set({ watchedAt: sql`now()`, watchedSegment: k })
      .where(eq(video.id, videoId))
      .catch((error: unknown) =>
        log.debug({ videoId, error: messageOf(error) }, 'where a video is watched was not written down'),
      );
  };
}
