import type { SegmentFacts } from '../../drizzle/schema/vod.ts';
import { TsDemuxer } from '../media/ts/demuxer.ts';
import { describePicture } from '../media/ts/describe.ts';

const SHORT_TAIL_SECONDS = 1;

/**
 * The peak segment bit rate (RFC 8216 §4.3.4.2). What is left over at the end and shorter than a second (one picture may
 * be) says nothing of the rate, so it counts together with the segment before it.
 */
export function peakBitsPerSecond({ durationsSeconds, sizesBytes }: SegmentFacts): number {
  const parts = durationsSeconds.map((seconds, k) => ({ seconds, bytes: sizesBytes[k] ?? 0 }));
  const tail = parts.at(-1);
  const before = parts.at(-2);
  if (tail && before && tail.seconds < SHORT_TAIL_SECONDS) {
    parts.splice(-2, 2, before, { seconds: before.seconds + tail.seconds, bytes: before.bytes + tail.bytes });
  }
  return Math.ceil(Math.max(...parts.map(({ seconds, bytes }) => (bytes * 8) / Math.max(seconds, 0.001))));
}

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
