import HLS from 'hls-parser';

/** Bits a second of a list: its peak by the rule of RFC 8216 §4.1, and its mean. */
export type ListRate = { peak: number; average: number };

export type Measured = { durationS: number; sizeBytes: number };

/**
 * Of all runs of segments that last between half and one and a half target durations the highest rate, of a shorter list
 * that of all of it.
 */
export function rateOf(segments: readonly Measured[], targetS: number): ListRate {
  const starts = [...segments.keys()];
  const runs = starts.flatMap((from) =>
    starts.slice(from, from + 40).map((last) => runOf(segments.slice(from, last + 1))),
  );
  const counting = runs.filter(({ seconds }) => seconds >= 0.5 * targetS && seconds <= 1.5 * targetS);
  const average = runOf(segments).rate;
  return { peak: Math.max(...(counting.length > 0 ? counting.map(({ rate }) => rate) : [average])), average };
}

function runOf(segments: readonly Measured[]): { seconds: number; rate: number } {
  const seconds = segments.reduce((sum, { durationS }) => sum + durationS, 0);
  return { seconds, rate: segments.reduce((sum, { sizeBytes }) => sum + sizeBytes * 8, 0) / seconds };
}

/** Measures a media playlist by its text and the sizes of its files. */
export function listRate(text: string, sizesBytes: readonly number[]): ListRate {
  const { segments, targetDuration } = HLS.parse(text) as HLS.types.MediaPlaylist;
  const measured = segments.map(({ duration }, k) => ({ durationS: duration, sizeBytes: sizesBytes[k]! }));
  return rateOf(measured, targetDuration);
}

/** What a variant of a master needs by its own list and the largest sound list beside it (§4.3.4.2). */
export const variantRate = (own: ListRate, beside: readonly ListRate[]): ListRate => ({
  peak: own.peak + Math.max(0, ...beside.map(({ peak }) => peak)),
  average: own.average + Math.max(0, ...beside.map(({ average }) => average)),
});
