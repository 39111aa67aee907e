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

export const fpsOf = (rate: FrameRate): number => rate.num / rate.den;

/** Reads ffprobe's `30000/1001`; null for `0/0` and other nonsense. */
export function parseRate(text: string | undefined): FrameRate | null {
  const [num = 0, den = 0] = (text ?? '').split('/').map(Number);
  return num > 0 && den > 0 ? { num, den } : null;
}

/**
 * The rate to encode at. The average is trusted before r_frame_rate, which is often a timebase (600, 1000); rates near
 * a standard one become it, variable ones go up to the next standard one, none exceeds `cap`.
 */
export function saneRate(average: FrameRate | null, base: FrameRate | null, cap: number): FrameRate {
  const limit = STANDARD.filter((rate) => fpsOf(rate) <= cap + 0.01);
  const top = limit.at(-1) ?? FALLBACK;
  const chosen = [average, base].find((rate) => rate !== null && fpsOf(rate) <= 121) ?? null;
  if (chosen === null) return fpsOf(FALLBACK) <= cap ? FALLBACK : top;
  const fps = fpsOf(chosen);
  const [near] = limit
    .filter((rate) => Math.abs(fpsOf(rate) - fps) / fps < SNAP)
    .sort((a, b) => Math.abs(fpsOf(a) - fps) - Math.abs(fpsOf(b) - fps));
  if (near) return near;
  const constant = base !== null && Math.abs(fpsOf(base) - fps) / fps < SNAP;
  // A steady slow rate (animation, cameras) is kept; it is on no standard grid but on its own.
  if (constant && fps < 23 && fps >= 1) return { num: Math.round(fps * 1000), den: 1000 };
  return limit.find((rate) => fpsOf(rate) >= fps) ?? top;
}

/** The frame that segment k begins with: the first one at or after k × segment length. */
export function boundaryFrame(k: number, segmentSeconds: number, rate: FrameRate): number {
  return Math.ceil((k * segmentSeconds * rate.num) / rate.den - 1e-9);
}

/** Frame-exact boundary of segment k in seconds. */
export function boundarySeconds(k: number, segmentSeconds: number, rate: FrameRate): number {
  return (boundaryFrame(k, segmentSeconds, rate) * rate.den) / rate.num;
}
