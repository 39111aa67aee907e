import type { PieceSizes } from '../../../drizzle/schema/vod.ts';
import { joinedSegment } from '../grid/join.ts';
import { segmentCount } from '../grid/plan.ts';
import { soundRow } from '../grid/store.ts';
import type { OpenGrid } from '../open-grids.ts';

/**
 * Sizes in bytes of segments [from, to) as players get them, by quality: null while their sound, or the end of the video
 * that cuts the last one, is not there.
 */
export async function measureSizes(
  { plan, store }: OpenGrid,
  { from, to }: { from: number; to: number | null },
  signal: AbortSignal,
): Promise<PieceSizes | null> {
  const end =
    store.frames === null ? to : Math.min(to ?? Number.POSITIVE_INFINITY, segmentCount(plan, store.frames));
  if (end === null) return null;
  const sizes: PieceSizes = {};
  for (const rung of plan.rungs) {
    const row: number[] = [];
    for (let k = from; k < end; k++) {
      signal.throwIfAborted();
      if (plan.tracks.length > 0 && !(await store.find(soundRow(0), k))) return null;
      row.push((await joinedSegment({ plan, store }, rung.id, k)).length);
    }
    sizes[rung.id] = row;
  }
  return sizes;
}
