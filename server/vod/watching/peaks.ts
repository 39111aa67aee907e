import { stat } from 'node:fs/promises';
import { segmentSeconds } from '../grid/join.ts';
import { targetSeconds } from '../grid/lists.ts';
import { frameAt, segmentCount } from '../grid/plan.ts';
import { type GridStore, type Row, soundRow } from '../grid/store.ts';
import { bitsPerSecond, peakBitsPerSecond } from '../measure.ts';
import type { OpenGrid } from '../open-grids.ts';
import { RESERVE, type SoundRates } from '../playlists.ts';

/** Tables and the filling of counters to a multiple of sixteen in a transport stream: at most so many packets of it. */
const FILLING_BYTES = (2 * 16 + 2 * 15) * 188;
/** What packets and their headers add to sound in a transport stream: up to 12 % of the smallest frames. */
const PACKED_SHARE = 1.12;
/** An ID3 tag stands before packed sound. */
const TAG_BYTES = 73;

type Grid = Pick<OpenGrid, 'plan' | 'store'>;

/** Sizes in bytes of what is made; it never changes, so each file is looked at once. */
const known = new WeakMap<GridStore, Map<Row, Map<number, number>>>();

/** The peak of each quality as far as it is made, in bits a second and never too low; nothing where none is made. */
export async function peaksSoFar(grid: Grid): Promise<Map<string, number>> {
  const { plan, store } = grid;
  const sound = plan.tracks.length > 0 ? await sizesOf(store, soundRow(0)) : new Map<number, number>();
  const peaks = new Map<string, number>();
  for (const { id } of plan.rungs) {
    const pictures = await sizesOf(store, id);
    if (pictures.size === 0) continue;
    const joined = (k: number): number => {
      const bytes = pictures.get(k);
      return bytes === undefined ? 0 : bytes + (sound.get(k) ?? 0) * PACKED_SHARE + FILLING_BYTES;
    };
    peaks.set(id, peakBitsPerSecond(listed(grid, pictures, joined), targetSeconds(plan)));
  }
  return peaks;
}

/** What the sound tracks beside the qualities need; with a reserve until all of them is made. */
export async function soundBeside(grid: Grid, isComplete: boolean): Promise<SoundRates | null> {
  const { plan, store } = grid;
  if (plan.tracks.length < 2) return null;
  const lists = await Promise.all(
    plan.tracks.map(async (_, track) => {
      const sizes = await sizesOf(store, soundRow(track));
      return listed(grid, sizes, (k) => (sizes.has(k) ? sizes.get(k)! + TAG_BYTES : 0));
    }),
  );
  const peak = Math.max(...lists.map((list) => peakBitsPerSecond(list, targetSeconds(plan))));
  if (isComplete) return { peak, average: Math.max(...lists.map(bitsPerSecond)) };
  return { peak: RESERVE * Math.max(peak, plan.audioBitsPerSecond), average: null };
}

/** The list of a row with the lengths of its segments, up to the last one that is made. */
function listed({ plan, store }: Grid, made: ReadonlyMap<number, number>, sizeOf: (k: number) => number) {
  const last = Math.max(-1, ...made.keys());
  const count = store.frames === null ? last + 1 : Math.min(last + 1, segmentCount(plan, store.frames));
  const frames = store.frames ?? frameAt(plan, count);
  const places = Array.from({ length: count }, (_, k) => k);
  return {
    durationsSeconds: places.map((k) => segmentSeconds(plan, k, frames)),
    sizesBytes: places.map(sizeOf),
  };
}

async function sizesOf(store: GridStore, row: Row): Promise<ReadonlyMap<number, number>> {
  const rows = known.get(store) ?? new Map<Row, Map<number, number>>();
  known.set(store, rows);
  const sizes = rows.get(row) ?? new Map<number, number>();
  rows.set(row, sizes);
  const unknown = [...(store.rows().get(row) ?? [])].filter((k) => !sizes.has(k));
  await Promise.all(
    unknown.map(async (k) => {
      const info = await stat(store.path(row, k)).catch(() => null);
      if (info !== null) sizes.set(k, info.size);
    }),
  );
  return sizes;
}
