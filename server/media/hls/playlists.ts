/** One line of a media playlist. */
export type SegmentLine = {
  uri: string;
  durationS: number;
  discontinuity?: boolean;
  programDateTimeMs?: number;
};

export type LiveList = {
  targetDurationS: number;
  mediaSequence: number;
  discontinuitySequence: number;
  independent: boolean;
  segments: readonly SegmentLine[];
};

export type VodList = {
  targetDurationS: number;
  /** EVENT while more may follow, VOD when the list is whole (RFC 8216 §4.3.3.5). */
  type: 'VOD' | 'EVENT';
  ended: boolean;
  independent: boolean;
  segments: readonly SegmentLine[];
};

export type VariantLine = {
  uri: string;
  bandwidth: number;
  averageBandwidth: number | null;
  codecs: string;
  resolution: { width: number; height: number } | null;
  frameRate: number | null;
  /** Group of separate sound tracks, if any. */
  audioGroup?: string;
};

export type AudioLine = {
  groupId: string;
  name: string;
  language: string | null;
  uri: string;
  isDefault: boolean;
};

/** Subtitles as a list of their own; all of a master belong to one group, which every variant takes. */
export type SubtitleLine = AudioLine & { forced: boolean };

/** Floating point durations (§7). */
const VERSION = 3;

/** A sliding list without an end (RFC 8216 §6.2.2). */
export function writeLivePlaylist(list: LiveList): string {
  const head = [
    '#EXTM3U',
    `#EXT-X-VERSION:${VERSION}`,
    `#EXT-X-TARGETDURATION:${list.targetDurationS}`,
    `#EXT-X-MEDIA-SEQUENCE:${list.mediaSequence}`,
  ];
  if (list.discontinuitySequence > 0)
    head.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${list.discontinuitySequence}`);
  if (list.independent) head.push('#EXT-X-INDEPENDENT-SEGMENTS');
  return text([...head, ...list.segments.flatMap(segmentLines)]);
}

/** A list from the first segment on, whole or still growing. */
export function writeVodPlaylist(list: VodList): string {
  const head = [
    '#EXTM3U',
    `#EXT-X-VERSION:${VERSION}`,
    `#EXT-X-TARGETDURATION:${list.targetDurationS}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    `#EXT-X-PLAYLIST-TYPE:${list.type}`,
  ];
  if (list.independent) head.push('#EXT-X-INDEPENDENT-SEGMENTS');
  return text([...head, ...list.segments.flatMap(segmentLines), ...(list.ended ? ['#EXT-X-ENDLIST'] : [])]);
}

/** A master list (§4.3.4). Bandwidths are measured ones; the first variant is where players begin. */
export function writeMasterPlaylist(
  variants: readonly VariantLine[],
  audio: readonly AudioLine[] = [],
  subtitles: readonly SubtitleLine[] = [],
): string {
  const head = ['#EXTM3U', `#EXT-X-VERSION:${VERSION}`, '#EXT-X-INDEPENDENT-SEGMENTS'];
  const group = subtitles[0]?.groupId ?? null;
  return text([
    ...head,
    ...audio.map((line) => mediaLine('AUDIO', line)),
    ...subtitles.map((line) => mediaLine('SUBTITLES', line, `,FORCED=${line.forced ? 'YES' : 'NO'}`)),
    ...variants.flatMap((variant) => variantLines(variant, group)),
  ]);
}

function segmentLines(segment: SegmentLine): string[] {
  const lines: string[] = [];
  if (segment.discontinuity) lines.push('#EXT-X-DISCONTINUITY');
  if (segment.programDateTimeMs !== undefined)
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.programDateTimeMs).toISOString()}`);
  lines.push(`#EXTINF:${segment.durationS.toFixed(6)},`, segment.uri);
  return lines;
}

function variantLines(variant: VariantLine, subtitleGroup: string | null): string[] {
  const attributes = [`BANDWIDTH=${Math.ceil(variant.bandwidth)}`];
  if (variant.averageBandwidth !== null)
    attributes.push(`AVERAGE-BANDWIDTH=${Math.ceil(variant.averageBandwidth)}`);
  attributes.push(`CODECS="${quotable(variant.codecs)}"`);
  if (variant.resolution)
    attributes.push(`RESOLUTION=${variant.resolution.width}x${variant.resolution.height}`);
  if (variant.frameRate !== null) attributes.push(`FRAME-RATE=${variant.frameRate.toFixed(3)}`);
  if (variant.audioGroup) attributes.push(`AUDIO="${quotable(variant.audioGroup)}"`);
  if (subtitleGroup) attributes.push(`SUBTITLES="${quotable(subtitleGroup)}"`);
  return [`#EXT-X-STREAM-INF:${attributes.join(',')}`, variant.uri];
}

function mediaLine(type: 'AUDIO' | 'SUBTITLES', line: AudioLine, more = ''): string {
  const attributes = [
    `TYPE=${type}`,
    `GROUP-ID="${quotable(line.groupId)}"`,
    `NAME="${quotable(line.name)}"`,
  ];
  if (line.language) attributes.push(`LANGUAGE="${quotable(line.language)}"`);
  attributes.push(`DEFAULT=${line.isDefault ? 'YES' : 'NO'}`, `AUTOSELECT=YES${more}`, `URI="${line.uri}"`);
  return `#EXT-X-MEDIA:${attributes.join(',')}`;
}

/** A quoted string holds no quote and no line break (§4.2). */
const quotable = (value: string): string => value.replace(/["\r\n]/g, ' ');

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

/** The smallest integer target that no segment exceeds when rounded (§4.3.3.1). */
export const targetDurationOf = (durationsS: readonly number[]): number =>
  Math.max(1, ...durationsS.map((duration) => Math.round(duration)));
