import { AppError, messageOf } from '../../core/errors.ts';
import {
  parsePlaylist,
  type UpstreamMaster,
  type UpstreamMedia,
  type UpstreamSegment,
  type UpstreamVariant,
} from '../../media/hls/parse.ts';
import { unsupported } from './kinds.ts';

/** Segments before the newest one where playing begins: players keep three target durations (RFC 8216 §6.3.3). */
const START_BEHIND = 3;

/** Reads a playlist; a broken one is an error of the source. */
export function readList(text: string): UpstreamMaster | UpstreamMedia {
  try {
    return parsePlaylist(text);
  } catch (error) {
    throw new AppError('UPSTREAM_NOT_MEDIA', {
      message: `The source's playlist cannot be read: ${messageOf(error)}. Check the address.`,
      details: { reason: messageOf(error) },
      cause: error,
    });
  }
}

/** The best variant that is not higher than allowed and has its sound inside. */
export function chooseVariant(variants: readonly UpstreamVariant[], maxHeight: number): UpstreamVariant {
  const whole = variants.filter((variant) => !variant.separateAudio);
  if (variants.length === 0) throw readFailure('its master playlist is empty');
  if (whole.length === 0) throw unsupported('HLS with separate sound');
  const fitting = whole.filter((variant) => variant.height === null || variant.height <= maxHeight);
  const better = (a: UpstreamVariant, b: UpstreamVariant) =>
    (b.height ?? 0) - (a.height ?? 0) || b.bandwidth - a.bandwidth;
  const best = [...fitting].sort(better)[0];
  return best ?? [...whole].sort(better).at(-1)!;
}

/** Refuses what has no reader yet, by name. */
export function checkMedia(list: UpstreamMedia): void {
  if (list.encryption) throw unsupported(`encrypted HLS (${list.encryption})`);
  if (list.fragmentedMp4) throw unsupported('HLS with fragmented MP4 segments');
}

/** What to fetch of a list: the segments after the last one, or the first ones near the live edge. */
export function newSegments(list: UpstreamMedia, lastSequence: number | null): UpstreamSegment[] {
  const segments = list.segments;
  const newest = segments.at(-1)?.sequence ?? list.mediaSequence - 1;
  // A list that jumped back was restarted by its server: its sequence numbers mean other segments now.
  const restarted = lastSequence !== null && newest < lastSequence;
  if (lastSequence === null || restarted) {
    const behind = list.ended && lastSequence === null ? segments.length : START_BEHIND;
    return segments.slice(Math.max(0, segments.length - behind));
  }
  return segments.filter((segment) => segment.sequence > lastSequence);
}

export const readFailure = (reason: string): AppError =>
  new AppError('UPSTREAM_NOT_MEDIA', {
    message: `The source answered with something that is not a stream: ${reason}. Check the address.`,
    details: { reason },
  });
