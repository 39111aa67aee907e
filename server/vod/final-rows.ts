import type { rendition } from '../../drizzle/schema/vod.ts';
import type { Generation } from './generation.ts';
import { joinedSegment, segmentSeconds } from './grid/join.ts';
import { targetSeconds } from './grid/lists.ts';
import { segmentCount } from './grid/plan.ts';
import { bitsPerSecond, codecsOf, peakBitsPerSecond } from './measure.ts';
import type { OpenGrid } from './open-grids.ts';
import type { PieceRow } from './pieces/rows.ts';

/** The last segments are measured at the end: when they were made, the end of the sound may not have been known. */
const LAST = 2;

/** The rows of a generation whose segments are all made: every length, size and rate in them is measured. */
export async function finalRows(
  { videoId, gen, plan, renditions }: Generation,
  open: OpenGrid,
  pieces: readonly PieceRow[],
  signal: AbortSignal,
): Promise<(typeof rendition.$inferInsert)[]> {
  const frames = open.store.frames!;
  const count = segmentCount(plan, frames);
  const durationsSeconds = Array.from({ length: count }, (_, k) => segmentSeconds(plan, k, frames));
  const rows: (typeof rendition.$inferInsert)[] = [];
  for (const row of renditions) {
    const known = knownSizes(pieces, row.rung);
    const sizesBytes: number[] = [];
    for (let k = 0; k < count; k++) {
      signal.throwIfAborted();
      const size = k < count - LAST ? known.get(k) : undefined;
      sizesBytes.push(size ?? (await joinedSegment(open, row.rung, k)).length);
    }
    const segments = { durationsSeconds, sizesBytes };
    rows.push({
      ...row,
      ...{ videoId, gen, segments, made: true },
      codec: codecsOf(await joinedSegment(open, row.rung, 0)),
      peakBitsPerSecond: peakBitsPerSecond(segments, targetSeconds(plan)),
      averageBitsPerSecond: Math.ceil(bitsPerSecond(segments)),
    });
  }
  return rows;
}

function knownSizes(pieces: readonly PieceRow[], rung: string): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const { kind, fromSegment, sizes: measured } of pieces) {
    if (kind !== 'pictures') continue;
    for (const [at, size] of (measured?.[rung] ?? []).entries()) sizes.set(fromSegment + at, size);
  }
  return sizes;
}
