/** Side of the square grey picture that a still is judged by. */
export const JUDGED_SIDE = 48;
export const JUDGED_BYTES = JUDGED_SIDE * JUDGED_SIDE;
/** A row or column that never gets brighter than this belongs to a black bar. */
const BAR = 40;
const BINS = 32;

/**
 * How good a still is, 0 to 1: rich in shades, contrast and edges, neither dark nor blown out. Black bars do not count. A
 * black, white or single-coloured picture is near 0.
 */
export function scoreStill(grey: Uint8Array): number {
  const { rows, columns } = insideBars(grey);
  const shades: number[] = new Array(BINS).fill(0);
  let count = 0;
  let sum = 0;
  let squares = 0;
  let edges = 0;
  for (const y of rows) {
    let before: number | null = null;
    for (const x of columns) {
      const value = grey[y * JUDGED_SIDE + x]!;
      shades[value >> 3]!++;
      count++;
      sum += value;
      squares += value * value;
      edges += before === null ? 0 : Math.abs(value - before);
      before = value;
    }
  }
  if (count === 0) return 0;
  const mean = sum / count;
  const spread = Math.sqrt(Math.max(0, squares / count - mean * mean));
  const bits = shades.reduce((total, n) => total - (n > 0 ? (n / count) * Math.log2(n / count) : 0), 0);
  const richness =
    0.45 * (bits / Math.log2(BINS)) + 0.3 * upTo1(spread / 60) + 0.25 * upTo1(edges / count / 12);
  return richness * exposure(mean);
}

const upTo1 = (value: number): number => Math.min(1, Math.max(0, value));

/** 1 for anything lit as pictures are, towards 0.05 for black and for white. */
const exposure = (mean: number): number =>
  Math.max(0.05, Math.min(upTo1((mean - 10) / 50), upTo1((250 - mean) / 50)));

function insideBars(grey: Uint8Array): { rows: number[]; columns: number[] } {
  const all = Array.from({ length: JUDGED_SIDE }, (_, i) => i);
  const lit = (values: (i: number) => number) => all.filter((i) => values(i) > BAR);
  const rows = lit((y) => Math.max(...grey.subarray(y * JUDGED_SIDE, (y + 1) * JUDGED_SIDE)));
  const columns = lit((x) => Math.max(...all.map((y) => grey[y * JUDGED_SIDE + x]!)));
  const between = (some: number[]) => all.slice(some[0], (some.at(-1) ?? -1) + 1);
  const inside = { rows: between(rows), columns: between(columns) };
  // A few lit spots in the dark are a dark picture, not one between bars.
  const share = (inside.rows.length * inside.columns.length) / JUDGED_BYTES;
  return share > 0.3 ? inside : { rows: all, columns: all };
}
