import type { Video } from '../../lib/contract/videos.ts';
import { type GridPlan, segmentCount } from './grid/plan.ts';
import type { GridStore } from './grid/store.ts';
import type { OpenGrids } from './open-grids.ts';
import type { VideoRow } from './queries.ts';

/** A card of the library has room for so many. */
const MOST_PARTS = 48;

type Known = Pick<VideoRow, 'id' | 'gen' | 'state' | 'durationSeconds'>;

/**
 * What of a video in the making is made, in few numbers: for lists, which must not look at files. It is what this process
 * has in memory; null where another one does the work.
 */
export async function madeParts(
  grids: Pick<OpenGrids, 'known'>,
  { id, gen, state, durationSeconds }: Known,
): Promise<Video['madeParts']> {
  const opening = state === 'processing' ? grids.known(id, gen) : null;
  const open = await opening?.catch(() => null);
  const count = open ? countOf(open, durationSeconds) : 0;
  if (!open || count === 0) return null;
  const rows = open.plan.rungs.map((rung) => open.store.rows().get(rung.id) ?? new Set<number>());
  const parts = Math.min(MOST_PARTS, count);
  const now = open.maker.running().map(({ next }) => Math.min(parts - 1, Math.floor((next * parts) / count)));
  return { percent: percentOfParts(rows, count, parts), now: [...new Set(now)].sort((a, b) => a - b) };
}

function countOf(
  { plan, store }: { plan: GridPlan; store: GridStore },
  durationSeconds: number | null,
): number {
  if (store.frames !== null) return segmentCount(plan, store.frames);
  return Math.ceil((durationSeconds ?? 0) / plan.segmentSeconds);
}

/** Each part holds at least one segment; 100 only where all of them are there. */
export function percentOfParts(rows: readonly ReadonlySet<number>[], count: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, part) => {
    const from = Math.ceil((part * count) / parts);
    const to = Math.ceil(((part + 1) * count) / parts);
    let made = 0;
    for (let k = from; k < to; k++) for (const row of rows) if (row.has(k)) made++;
    return Math.floor((made * 100) / Math.max(1, (to - from) * rows.length));
  });
}
