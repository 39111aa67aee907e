import type { SegmentFacts } from '../../drizzle/schema/vod.ts';
import { TsDemuxer } from '../media/ts/demuxer.ts';
import { describePicture } from '../media/ts/describe.ts';

/** Segments in a row count together as long as they last between these parts of the target duration. */
const LEAST_TARGETS = 0.5;
const MOST_TARGETS = 1.5;
/** Lists tell durations in millionths of a second. */
const DECIMALS = 6;

/**
 * The peak segment bit rate in bits a second: the highest of any segments in a row that last from 0.5 to 1.5 target
 * durations (RFC 8216 §4.1); of a list that is shorter than that, its only rate.
 */
export function peakBitsPerSecond(
  { durationsSeconds, sizesBytes }: SegmentFacts,
  targetSeconds: number,
): number {
  const durations = asListed(durationsSeconds);
  let peak: number | null = null;
  for (const first of durations.keys()) {
    let [seconds, bytes] = [0, 0];
    for (let k = first; k < durations.length; k++) {
      seconds += durations[k]!;
      bytes += sizesBytes[k] ?? 0;
      if (seconds > MOST_TARGETS * targetSeconds + 1e-9) break;
      if (seconds >= LEAST_TARGETS * targetSeconds - 1e-9) peak = Math.max(peak ?? 0, (bytes * 8) / seconds);
    }
  }
  return Math.ceil(peak ?? bitsPerSecond({ durationsSeconds, sizesBytes }));
}

/** The mean rate of a list. */
export const bitsPerSecond = ({ durationsSeconds, sizesBytes }: SegmentFacts): number =>
  (sum(sizesBytes) * 8) / Math.max(sum(asListed(durationsSeconds)), 0.001);

const asListed = (durationsSeconds: readonly number[]): number[] =>
  durationsSeconds.map((seconds) => Number(seconds.toFixed(DECIMALS)));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Reads codec names from the first keyframe and the program map. */
export function codecsOf(segment: Buffer): string {
  let picture: string | null = null;
  const demuxer = new TsDemuxer({
    onUnit: (unit) => {
      if (unit.kind === 'video' && unit.key)
        picture ??= describePicture('h264', unit.data)?.codecString.toLowerCase() ?? null;
    },
  });
  demuxer.push(segment);
  demuxer.flush();
  const codecs = [picture ?? 'avc1.640028'];
  if (demuxer.program?.audio) codecs.push('mp4a.40.2');
  return codecs.join(',');
}
