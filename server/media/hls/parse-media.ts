import { KeyTags, type SegmentKey } from './key-tags.ts';
import { attributesOf, linesOf, numberAt, tagOf } from './lines.ts';

/** A part of a resource, in bytes. */
export type ByteRange = { offset: number; length: number };

/** An initialisation section (EXT-X-MAP, RFC 8216 §4.3.2.5). */
export type UpstreamMap = { uri: string; byterange: ByteRange | null; key: SegmentKey | null };

export type UpstreamSegment = {
  uri: string;
  durationS: number;
  sequence: number;
  discontinuity: boolean;
  /** The server says itself that this one is missing. */
  gap: boolean;
  byterange: ByteRange | null;
  key: SegmentKey | null;
  /** Name of an encryption that has no key for us, or null. */
  locked: string | null;
  map: UpstreamMap | null;
  /** Wall clock of its first sample, ms since the epoch, as the list says it or as it follows; null without any. */
  programDateMs: number | null;
};

export type UpstreamMedia = {
  kind: 'media';
  /** As the list says, or assumed. */
  targetDurationS: number;
  mediaSequence: number;
  /** False when the list does not number its segments. */
  numbered: boolean;
  ended: boolean;
  segments: UpstreamSegment[];
};

const ASSUMED_TARGET_S = 10;

/** Reads a media playlist; throws a plain Error when it is a list of something else. */
export function parseMedia(text: string): UpstreamMedia {
  const reader = new MediaReader();
  for (const line of linesOf(text)) {
    if (line.startsWith('#')) reader.tag(line);
    else reader.address(line);
  }
  return reader.finish();
}

class MediaReader {
  readonly #segments: UpstreamSegment[] = [];
  readonly #keys = new KeyTags();
  #target: number | null = null;
  #sequence: number | null = null;
  #ended = false;
  #hasHlsTag = false;
  #duration: number | null = null;
  #discontinuity = false;
  #gap = false;
  #range: { length: number; offset: number | null } | null = null;
  #map: UpstreamMap | null = null;
  #programDateMs: number | null = null;
  /** Where the last range of a resource ended: a range without an offset goes on there. */
  #rangeEnd: { uri: string; offset: number } | null = null;

  tag(line: string): void {
    const { name, value } = tagOf(line);
    if (name.startsWith('EXT-X-')) this.#hasHlsTag = true;
    if (name === 'EXTINF') this.#duration = numberAt(value);
    else if (name === 'EXT-X-TARGETDURATION') this.#target = numberAt(value);
    else if (name === 'EXT-X-MEDIA-SEQUENCE') this.#sequence = Math.floor(numberAt(value) ?? 0);
    else if (name === 'EXT-X-DISCONTINUITY') this.#discontinuity = true;
    else if (name === 'EXT-X-GAP') this.#gap = true;
    else if (name === 'EXT-X-ENDLIST') this.#ended = true;
    else if (name === 'EXT-X-BYTERANGE') this.#range = rangeOf(value);
    else if (name === 'EXT-X-KEY') this.#keys.add(attributesOf(value));
    else if (name === 'EXT-X-MAP') this.#map = this.#mapOf(attributesOf(value));
    else if (name === 'EXT-X-PROGRAM-DATE-TIME') this.#programDateMs = Date.parse(value) || null;
  }

  address(uri: string): void {
    this.#segments.push({
      uri,
      durationS: this.#duration ?? 0,
      sequence: this.#segments.length,
      discontinuity: this.#discontinuity,
      gap: this.#gap,
      byterange: this.#resolveRange(uri),
      key: this.#keys.key,
      locked: this.#keys.locked,
      map: this.#map,
      programDateMs: this.#programDateMs,
    });
    this.#duration = null;
    this.#discontinuity = false;
    this.#gap = false;
    this.#range = null;
    if (this.#programDateMs !== null) this.#programDateMs += 1000 * this.#segments.at(-1)!.durationS;
  }

  finish(): UpstreamMedia {
    const longest = this.#segments.reduce((most, segment) => Math.max(most, segment.durationS), 0);
    if (!this.#hasHlsTag && longest === 0) throw new Error('it is a list of channels, not one stream');
    const targetDurationS = this.#target || Math.ceil(longest) || ASSUMED_TARGET_S;
    const mediaSequence = this.#sequence ?? 0;
    for (const segment of this.#segments) {
      segment.sequence += mediaSequence;
      if (segment.durationS === 0) segment.durationS = targetDurationS;
    }
    return {
      kind: 'media',
      targetDurationS,
      mediaSequence,
      numbered: this.#sequence !== null,
      ended: this.#ended,
      segments: this.#segments,
    };
  }

  /** A range without an offset follows the one before it of the same resource (RFC 8216 §4.3.2.2). */
  #resolveRange(uri: string): ByteRange | null {
    const range = this.#range;
    if (!range) return null;
    const before = this.#rangeEnd?.uri === uri ? this.#rangeEnd.offset : 0;
    const offset = range.offset ?? before;
    this.#rangeEnd = { uri, offset: offset + range.length };
    return { offset, length: range.length };
  }

  #mapOf(attributes: Map<string, string>): UpstreamMap | null {
    const uri = attributes.get('URI');
    if (!uri) return null;
    const range = rangeOf(attributes.get('BYTERANGE') ?? '');
    const byterange = range && { offset: range.offset ?? 0, length: range.length };
    return { uri, byterange, key: this.#keys.key };
  }
}

function rangeOf(value: string): { length: number; offset: number | null } | null {
  const [length, offset] = value.split('@');
  const size = numberAt(length);
  return size ? { length: Math.floor(size), offset: offset === undefined ? null : numberAt(offset) } : null;
}
