import { AppError } from '../../core/errors.ts';
import { PACKET_BYTES, SYNC_BYTE } from '../../media/ts/packet.ts';

/** What a source turned out to be, by its first bytes. */
export type SourceKind = 'mpegts' | 'hls';

/** Enough to see three sync bytes wherever the first packet begins. */
export const SNIFF_BYTES = 4 * PACKET_BYTES;

const SCHEMES: Record<string, string> = {
  'rtmp:': 'RTMP',
  'rtmps:': 'RTMP',
  'rtsp:': 'RTSP',
  'rtsps:': 'RTSP',
  'srt:': 'SRT',
  'udp:': 'UDP',
  'rtp:': 'RTP',
  'mms:': 'MMS',
};

const SIGNS: readonly (readonly [string, (bytes: Buffer, text: string) => boolean])[] = [
  ['MPEG-DASH', (_bytes, text) => /<MPD[\s>]/.test(text)],
  ['an MP4 file', (bytes) => /^(ftyp|styp|moof|moov|sidx)$/.test(bytes.toString('latin1', 4, 8))],
  ['a Matroska or WebM file', (bytes) => bytes.length > 3 && bytes.readUInt32BE(0) === 0x1a45dfa3],
  ['FLV', (bytes) => bytes.toString('latin1', 0, 3) === 'FLV'],
  ['an Ogg stream', (bytes) => bytes.toString('latin1', 0, 4) === 'OggS'],
  ['an MP3 or AAC radio stream', (bytes) => isPackedAudio(bytes)],
];

const isPackedAudio = (bytes: Buffer): boolean =>
  bytes.toString('latin1', 0, 3) === 'ID3' || (bytes[0] === 0xff && (bytes[1]! & 0xe0) === 0xe0);

/** An error that names the kind of a source which cannot be played yet. */
export const unsupported = (kind: string): AppError =>
  new AppError('SOURCE_KIND_UNSUPPORTED', {
    message: `This kind of source cannot be played yet: ${kind}. HTTP MPEG-TS and HLS with MPEG-TS segments work.`,
    details: { reason: `it is ${kind}, which cannot be played yet` },
  });

const notMedia = (reason: string): AppError =>
  new AppError('UPSTREAM_NOT_MEDIA', {
    message: `The source answered with something that is not a stream: ${reason}. Check the address.`,
    details: { reason },
  });

/** Refuses addresses of protocols that have no reader. */
export function checkScheme(address: string): void {
  const scheme = /^([a-z][a-z0-9+.-]*:)/i.exec(address)?.[1]?.toLowerCase();
  const name = scheme === undefined ? undefined : SCHEMES[scheme];
  if (name) throw unsupported(name);
}

/** Names the kind by the first bytes, or throws the sentence for what it is instead. */
export function sniff(bytes: Buffer): SourceKind {
  if (syncOffset(bytes) >= 0) return 'mpegts';
  const text = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text.startsWith('#EXTM3U')) return 'hls';
  if (bytes.length === 0) throw notMedia('it closed the connection without sending anything');
  for (const [kind, matches] of SIGNS) if (matches(bytes, text)) throw unsupported(kind);
  if (/^<(!doctype html|html|head|body)/i.test(text)) throw notMedia('it is a web page');
  throw notMedia('it is neither MPEG-TS nor an HLS playlist');
}

/** Where packets begin: three sync bytes in step; -1 when there are none. */
export function syncOffset(bytes: Buffer): number {
  for (let at = 0; at < PACKET_BYTES && at + 2 * PACKET_BYTES < bytes.length; at++) {
    const inStep = [0, 1, 2].every((step) => bytes[at + step * PACKET_BYTES] === SYNC_BYTE);
    if (inStep) return at;
  }
  return -1;
}
