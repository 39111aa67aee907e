/** A switch needs at least this much of the old quality to play meanwhile. */
const LEAST_SECONDS = 4;
/** Only a line that carries the new quality this many times over may throw away what is buffered. */
const ROOM = 2;

type Question = {
  /** Where the segments of the new quality begin. */
  starts: readonly number[];
  segmentSeconds: number;
  bitsPerSecond: number;
  lineBitsPerSecond: number;
  atSeconds: number;
  bufferedToSeconds: number;
};

/**
 * From which second on what is buffered of the old quality is to be replaced, so that the new one is seen soon; null
 * when it is better played out. An encoder that has just started has no earlier segments than its first.
 */
export const switchPoint = (question: Question): number | null => {
  const { starts, segmentSeconds, bitsPerSecond, lineBitsPerSecond, atSeconds, bufferedToSeconds } = question;
  if (lineBitsPerSecond < bitsPerSecond * ROOM) return null;
  const fetchSeconds = (segmentSeconds * bitsPerSecond) / lineBitsPerSecond;
  const earliest = atSeconds + Math.max(LEAST_SECONDS, 1 + 2 * fetchSeconds);
  const from = starts.find((start) => start >= earliest);
  return from !== undefined && from < bufferedToSeconds - 0.5 ? from : null;
};
