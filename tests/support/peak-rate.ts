import HLS from 'hls-parser';

/** Bits a second of a list: its peak by the rule of RFC 8216 §4.1, and its mean. */
export type ListRate = { peak: number; average: number };

/**
 * Measures a media playlist by its text and the sizes of its files: of all runs of segments that last between half and one
 * and a half target durations the one with the highest rate, of a shorter list all of it.
 */
export function listRate(text: string, sizesBytes: readonly number[]): ListRate {
  const { segments, targetDuration } = HLS.parse(text) as HLS.types.MediaPlaylist;
  const rateOf = (from: number, to: number) => {
    const seconds = segments.slice(from, to).reduce((sum, { duration }) => sum + duration, 0);
    const bits = sizesBytes.slice(from, to).reduce((sum, size) => sum + size * 8, 0);
    return { targets: seconds / targetDuration, rate: bits / seconds };
  };
  const starts = [...segments.keys()];
  const runs = starts.flatMap((from) => starts.slice(from, from + 40).map((last) => rateOf(from, last + 1)));
  const counting = runs.filter(({ targets }) => targets >= 0.5 && targets <= 1.5);
  const average = rateOf(0, segments.length).rate;
  return { peak: Math.max(...(counting.length > 0 ? counting.map(({ rate }) => rate) : [average])), average };
}

/** What a variant of a master needs by its own list and the largest sound list beside it (§4.3.4.2). */
export const variantRate = (own: ListRate, beside: readonly ListRate[]): ListRate => ({
  peak: own.peak + Math.max(0, ...beside.map(({ peak }) => peak)),
  average: own.average + Math.max(0, ...beside.map(({ average }) => average)),
});
