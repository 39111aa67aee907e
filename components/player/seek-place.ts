/**
 * hls.js puts a list where the first segment that it loads begins to decode, a few pictures before it is shown; so all places
 * of a video lie some hundredths of a second later in it than the list says.
 */
const BOUNDARY_SECONDS = 0.25;

type Segment = { start: number; end: number };

/** Whether a place is so near to the end of a segment that the next one is what the viewer wants to see. */
export const isAtEndOf = ({ end }: Pick<Segment, 'end'>, seconds: number): boolean =>
  seconds >= end - BOUNDARY_SECONDS;

/**
 * Where to seek for a place that has to be made first: right behind a boundary it would need the segment before as well, of
 * which only the last pictures are shown.
 */
export function placeToMake(segments: readonly Segment[], seconds: number): number {
  const at = segments.findIndex(({ start, end }) => start <= seconds && seconds < end);
  const [segment, next] = segments.slice(at, at + 2);
  return at >= 0 && segment && next && isAtEndOf(segment, seconds) ? next.start + 0.001 : seconds;
}
