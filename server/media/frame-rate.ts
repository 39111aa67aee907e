/** A frame rate as an exact fraction. */
export type FrameRate = { num: number; den: number };

const STANDARD: readonly FrameRate[] = [
  { num: 24000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30000, den: 1001 },
  { num: 30, den: 1 },
  { num: 50, den: 1 },
  { num: 60000, den: 1001 },
  { num: 60, den: 1 },
];
const FALLBACK: FrameRate = { num: 25, den: 1 };
const SNAP = 0.004;
const FASTEST_SCREEN = 121;
/** Slow motion; 600 and 1000 are timebases. */
const FASTEST_CAMERA = 485;

export const fpsOf = (rate: FrameRate): number => rate.num / rate.den;

/** Reads ffprobe's `30000/1001`; null for `0/0` and other nonsense. */
export function parseRate(text: string | undefined): FrameRate | null {
  const [num = 0, den = 0] = (text ?? '').split('/').map(Number);
  return num > 0 && den > 0 ? { num, den } : null;
}

/**
 * The rate to encode at. The average is trusted before r_frame_rate, which is often a timebase (600, 1000); rates near
 * a standard one become it, other steady ones are kept, those above `cap` are divided by a whole number so that every
 * picture is shown equally long, variable ones go up to the next standard one.
 */
export function saneRate(average: FrameRate | null, base: FrameRate | null, cap: number): FrameRate {
  const limit = STANDARD.filter((rate) => fpsOf(rate) <= cap + 0.01);
  const top = limit.at(-1) ?? FALLBACK;
  const chosen = [average, base].find((rate) => rate !== null && isReal(rate, average, base)) ?? null;
  if (chosen === null) return fpsOf(FALLBACK) <= cap ? FALLBACK : top;
  const fps = fpsOf(chosen);
  const steady = base !== null && isNear(fps, fpsOf(base)) && fps >= 1;
  const divisor = steady ? Math.max(1, Math.ceil(fps / cap - SNAP)) : 1;
  const near = nearest(limit, fps / divisor);
  if (near) return near;
  if (steady) return { num: Math.round((fpsOf(base) * 1000) / divisor), den: 1000 };
  return limit.find((rate) => fpsOf(rate) >= fps) ?? top;
}

/** A rate above those of screens is a timebase, unless pictures are really counted at it, as in slow motion. */
function isReal(rate: FrameRate, average: FrameRate | null, base: FrameRate | null): boolean {
  const fps = fpsOf(rate);
  if (fps <= FASTEST_SCREEN) return true;
  return fps <= FASTEST_CAMERA && average !== null && base !== null && isNear(fpsOf(average), fpsOf(base));
}

const isNear = (fps: number, other: number): boolean => Math.abs(other - fps) / fps < SNAP;

const nearest = (rates: readonly FrameRate[], fps: number): FrameRate | undefined =>
  rates
    .filter((rate) => isNear(fps, fpsOf(rate)))
    .sort((a, b) => Math.abs(fpsOf(a) - fps) - Math.abs(fpsOf(b) - fps))[0];

/** The frame that segment k begins with: the first one at or after k × segment length. */
export function boundaryFrame(k: number, segmentSeconds: number, rate: FrameRate): number {
  return Math.ceil((k * segmentSeconds * rate.num) / rate.den - 1e-9);
}

/** Frame-exact boundary of segment k in seconds. */
export function boundarySeconds(k: number, segmentSeconds: number, rate: FrameRate): number {
  return (boundaryFrame(k, segmentSeconds, rate) * rate.den) / rate.num;
}
