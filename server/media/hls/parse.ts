import * as HLS from 'hls-parser';
import { messageOf } from '../../core/errors.ts';

// What is not quite valid is read as far as possible and not written to the console.
HLS.setOptions({ strictMode: false, silent: true });

/** A variant of an upstream master list. */
export type UpstreamVariant = {
  uri: string;
  bandwidth: number;
  width: number | null;
  height: number | null;
  codecs: string | null;
  /** Sound that lives in lists of its own. */
  separateAudio: boolean;
};

export type UpstreamSegment = {
  uri: string;
  durationS: number;
  sequence: number;
  discontinuity: boolean;
  gap: boolean;
  byterange: { offset: number; length: number } | null;
};

export type UpstreamMedia = {
  kind: 'media';
  targetDurationS: number;
  mediaSequence: number;
  ended: boolean;
  segments: UpstreamSegment[];
  /** Name of the encryption, or null; a key line with METHOD=NONE is none. */
  encryption: string | null;
  /** Fragmented MP4, told by an initialisation section. */
  fragmentedMp4: boolean;
};

export type UpstreamMaster = { kind: 'master'; variants: UpstreamVariant[] };

/** Reads an upstream playlist. Throws a plain Error with the parser's reason when it is none. */
export function parsePlaylist(text: string): UpstreamMaster | UpstreamMedia {
  const clean = normalise(text);
  if (!clean.startsWith('#EXTM3U')) throw new Error('the playlist does not begin with #EXTM3U');
  let list: ReturnType<typeof HLS.parse>;
  try {
    list = HLS.parse(clean);
  } catch (error) {
    throw new Error(`the playlist is not valid: ${messageOf(error)}`, { cause: error });
  }
  return list.isMasterPlaylist ? masterOf(list) : mediaOf(list);
}

/**
 * Mends what many servers get wrong and the parser refuses: a byte order mark, bare CR, a missing target duration,
 * and segments without a duration.
 */
function normalise(text: string): string {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim());
  if (lines.some((line) => line.startsWith('#EXT-X-STREAM-INF'))) return lines.join('\n');
  const mended: string[] = [];
  let timed = false;
  for (const line of lines) {
    if (line.startsWith('#EXTINF')) timed = true;
    if (line !== '' && !line.startsWith('#')) {
      if (!timed) mended.push(`#EXTINF:${targetOf(lines)},`);
      timed = false;
    }
    mended.push(line);
  }
  if (!lines.some((line) => line.startsWith('#EXT-X-TARGETDURATION')))
    mended.splice(1, 0, `#EXT-X-TARGETDURATION:${targetOf(lines)}`);
  return mended.join('\n');
}

const ASSUMED_TARGET_S = 10;

/** The list's own target, else its longest segment, else ten seconds. */
function targetOf(lines: readonly string[]): number {
  const told = lines
    .map((line) => /^#EXT-X-TARGETDURATION:\s*(\d+)/.exec(line)?.[1])
    .find((v) => v !== undefined);
  if (told !== undefined) return Number(told);
  const durations = lines.map((line) => Number(/^#EXTINF:\s*([\d.]+)/.exec(line)?.[1] ?? 0));
  return Math.ceil(Math.max(...durations)) || ASSUMED_TARGET_S;
}

function masterOf(list: HLS.types.MasterPlaylist): UpstreamMaster {
  const variants = list.variants
    .filter((variant) => !variant.isIFrameOnly)
    .map((variant) => ({
      uri: variant.uri,
      bandwidth: variant.bandwidth,
      width: variant.resolution?.width ?? null,
      height: variant.resolution?.height ?? null,
      codecs: variant.codecs ?? null,
      separateAudio: variant.audio.some((rendition) => rendition.uri !== undefined),
    }));
  return { kind: 'master', variants };
}

function mediaOf(list: HLS.types.MediaPlaylist): UpstreamMedia {
  const methods = list.segments.map((segment) => segment.key?.method ?? 'NONE');
  return {
    kind: 'media',
    targetDurationS: list.targetDuration,
    mediaSequence: list.mediaSequenceBase ?? 0,
    ended: list.endlist,
    encryption: methods.find((method) => method !== 'NONE') ?? null,
    fragmentedMp4: list.segments.some((segment) => Boolean(segment.map)),
    segments: list.segments.map((segment) => ({
      uri: segment.uri,
      durationS: segment.duration,
      sequence: segment.mediaSequenceNumber,
      discontinuity: Boolean(segment.discontinuity),
      gap: Boolean(segment.gap),
      byterange: segment.byterange
        ? { offset: segment.byterange.offset, length: segment.byterange.length }
        : null,
    })),
  };
}
