const KEY = 'siaran.bandwidth';
const UNKNOWN_BITS_PER_SECOND = 5_000_000;
const LEAST = 100_000;
const MOST = 50_000_000;

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>;
/** What some browsers think of the line; `downlink` is in megabits a second. */
type Line = { connection?: { downlink?: number; effectiveType?: string } };

const bounded = (bits: number): number => Math.min(MOST, Math.max(LEAST, Math.round(bits)));

/** What the line may carry before anything was measured: as last time, else what the browser knows of a slow one, else 5 Mb/s. */
export const expectedBitsPerSecond = (storage: Pick<Storage, 'getItem'>, line: object): number => {
  const stored = Number(storage.getItem(KEY));
  if (stored > 0) return bounded(stored);
  const { downlink = 0, effectiveType = '4g' } = (line as Line).connection ?? {};
  // Browsers guess the speed of a good line badly, and know a bad one.
  return effectiveType !== '4g' && downlink > 0 ? bounded(downlink * 1e6) : UNKNOWN_BITS_PER_SECOND;
};

export const rememberBitsPerSecond = (storage: Pick<Storage, 'setItem'>, bits: number): void => {
  if (Number.isFinite(bits) && bits > 0) storage.setItem(KEY, String(bounded(bits)));
};

/** The variant to begin with: the best up to `ceiling` that the line carries with a little room, else the lowest. */
export const firstIndex = (bitrates: readonly number[], ceiling: number, bitsPerSecond: number): number => {
  for (let i = Math.min(ceiling, bitrates.length - 1); i > 0; i -= 1)
    if ((bitrates[i] ?? 0) * 1.1 <= bitsPerSecond) return i;
  return 0;
};

/** Where a line that now carries so much leads to from `index`: itself while it is enough, else the best lower one. */
export const lowerIndex = (bitrates: readonly number[], index: number, bitsPerSecond: number): number =>
  (bitrates[index] ?? 0) <= bitsPerSecond ? index : firstIndex(bitrates, index - 1, bitsPerSecond);
