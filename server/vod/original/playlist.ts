import type { MediaFacts } from '../../media/facts.ts';
import { fpsOf } from '../../media/frame-rate.ts';
import { targetDurationOf, type VariantLine, writeVodPlaylist } from '../../media/hls/playlists.ts';
import { bitsPerSecond, peakBitsPerSecond } from '../measure.ts';
import type { OriginalTable } from './table.ts';

/** True lengths of the segments, in seconds. */
export const originalDurations = ({ cutsSeconds, endSeconds }: OriginalTable): number[] =>
  cutsSeconds.map((cut, k) => (cutsSeconds[k + 1] ?? endSeconds) - cut);

/** The media playlist of a file that is given out as it is; its segments are `{gen}-{k}.ts`. */
export function originalPlaylist(table: OriginalTable, gen: number): string {
  const durations = originalDurations(table);
  return writeVodPlaylist({
    targetDurationS: targetDurationOf(durations),
    type: 'VOD',
    ended: true,
    independent: true,
    segments: durations.map((durationS, k) => ({ uri: `${gen}-${k}.ts`, durationS })),
  });
}

/** Its line in a master playlist; only of an `aligned` table may it stand beside made qualities. */
export function originalVariant(table: OriginalTable, facts: MediaFacts): VariantLine {
  const { sizesBytes, codecs } = table;
  const durationsSeconds = originalDurations(table);
  const segments = { durationsSeconds, sizesBytes };
  const { video } = facts;
  return {
    uri: 'original/playlist.m3u8',
    bandwidth: peakBitsPerSecond(segments, targetDurationOf(durationsSeconds)),
    averageBandwidth: bitsPerSecond(segments),
    codecs,
    resolution: video && { width: video.width, height: video.height },
    frameRate: video?.averageRate ? fpsOf(video.averageRate) : null,
  };
}
