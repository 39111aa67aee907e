import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SegmentFacts } from '../../drizzle/schema/vod.ts';
import { PLAYLIST_NAME } from '../media/fastStart.ts';
import { TsDemuxer } from '../media/ts/demuxer.ts';
import { describePicture } from '../media/ts/describe.ts';

export type Measured = {
  segments: SegmentFacts;
  /** As it stands in a master playlist, read from the stream itself. */
  codecs: string;
  durationSeconds: number;
  peakBitsPerSecond: number;
  averageBitsPerSecond: number;
};

export const segmentName = (k: number): string => `${String(k).padStart(5, '0')}.ts`;

/** Measures a finished rendition in its folder: lengths, sizes, rates and codecs; null when it holds nothing. */
export async function measureRendition(folder: string, segmentSeconds: number): Promise<Measured | null> {
  const text = await readFile(join(folder, PLAYLIST_NAME), 'utf8').catch(() => '');
  const durationsSeconds = [...text.matchAll(/^#EXTINF:([\d.]+),/gm)].map((match) => Number(match[1]));
  if (durationsSeconds.length === 0) return null;
  const sizesBytes: number[] = [];
  for (let k = 0; k < durationsSeconds.length; k++) {
    sizesBytes.push((await stat(join(folder, segmentName(k)))).size);
  }
  const segments = { durationsSeconds, sizesBytes };
  const durationSeconds = sum(durationsSeconds);
  return {
    segments,
    codecs: codecsOf(await readFile(join(folder, segmentName(0)))),
    durationSeconds,
    peakBitsPerSecond: peakBitsPerSecond(segments, segmentSeconds),
    averageBitsPerSecond: Math.ceil((sum(sizesBytes) * 8) / durationSeconds),
  };
}

/**
 * The peak segment bit rate (RFC 8216 §4.3.4.2): the largest rate of any row of segments whose length is between half
 * and one and a half target durations, so that one picture left over at the end counts only with its neighbour.
 */
export function peakBitsPerSecond(
  { durationsSeconds, sizesBytes }: SegmentFacts,
  targetSeconds: number,
): number {
  let peak = 0;
  for (let from = 0; from < durationsSeconds.length; from++) {
    let seconds = 0;
    let bytes = 0;
    for (let k = from; k < durationsSeconds.length; k++) {
      seconds += durationsSeconds[k] ?? 0;
      bytes += sizesBytes[k] ?? 0;
      if (seconds > targetSeconds * 1.5) break;
      if (seconds >= targetSeconds * 0.5) peak = Math.max(peak, (bytes * 8) / seconds);
    }
  }
  // A film shorter than half a segment has no such row; then its only rate is the peak.
  return Math.ceil(peak > 0 ? peak : (sum(sizesBytes) * 8) / Math.max(sum(durationsSeconds), 0.001));
}

/** Reads codec names from the first keyframe and the program map. */
function codecsOf(segment: Buffer): string {
  let picture: string | null = null;
  const demuxer = new TsDemuxer({
    onUnit: (unit) => {
      if (unit.kind === 'video' && unit.key)
        picture ??= describePicture('h264', unit.data)?.codecString ?? null;
    },
  });
  demuxer.push(segment);
  demuxer.flush();
  const codecs = [picture ?? 'avc1.640028'];
  if (demuxer.program?.audio) codecs.push('mp4a.40.2');
  return codecs.join(',');
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
