import { AppError } from '../../core/errors.ts';
import { PACKET_BYTES, SYNC_BYTE } from '../../media/ts/packet.ts';

/** What a source turned out to be, by its first bytes. */
export type SourceKind = 'mpegts' | 'hls' | 'flv' | 'aac' | 'mp3';

/** Enough to see three sync bytes wherever the first packet begins. */
export const SNIFF_BYTES = 4 * PACKET_BYTES;

const SIGNS: readonly (readonly [string, (bytes: Buffer, text: string) => boolean])[] = [
  ['MPEG-DASH', (_bytes, text) => /<MPD[\s>]/.test(text)],
  ['an MP4 file', (bytes) => /^(ftyp|styp|moof|moov|sidx)$/.test(bytes.toString('latin1', 4, 8))],
  ['a Matroska or WebM file', (bytes) => bytes.length > 3 && bytes.readUInt32BE(0) === 0x1a45dfa3],
  ['an Ogg stream', (bytes) => bytes.toString('latin1', 0, 4) === 'OggS'],
];

/** Sound without a container, by the sync word of its first frame; an ID3 tag stands before MP3. */
function packedSound(bytes: Buffer): 'aac' | 'mp3' | null {
  if (bytes.toString('latin1', 0, 3) === 'ID3') return 'mp3';
  if (bytes.length < 2 || bytes[0] !== 0xff || (bytes[1]! & 0xe0) !== 0xe0) return null;
  // Layer 0 does not exist in MPEG audio, and is what ADTS has there (ISO/IEC 13818-7 §6.2).
  return (bytes[1]! & 0xf6) === 0xf0 ? 'aac' : 'mp3';
}

/** An error that names the kind of a source which cannot be played yet. */
export const unsupported = (kind: string): AppError =>
  new AppError('SOURCE_KIND_UNSUPPORTED', {
    message: `This kind of source cannot be played yet: ${kind}. MPEG-TS, HLS, RTMP, RTSP and SRT work.`,
    details: { reason: `it is ${kind}, which cannot be played yet` },
  });

const notMedia = (reason: string): AppError =>
  new AppError('UPSTREAM_NOT_MEDIA', {
    message: `The source answered with something that is not a stream: ${reason}. Check the address.`,
    details: { reason },
  });

/** Radio that one joins in the middle of a frame; only its Content-Type tells. */
const SOUND_TYPES: Record<string, 'aac' | 'mp3'> = {
  'audio/mpeg': 'mp3',
  'audio/aac': 'aac',
  'audio/aacp': 'aac',
};

/** Names the kind by the first bytes, or throws the sentence for what it is instead. */
export function sniff(bytes: Buffer, contentType = ''): SourceKind {
  if (syncOffset(bytes) >= 0) return 'mpegts';
  const text = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text.startsWith('#EXTM3U')) return 'hls';
  if (bytes.length === 0) throw notMedia('it closed the connection without sending anything');
  if (bytes.toString('latin1', 0, 3) === 'FLV') return 'flv';
  const sound = packedSound(bytes) ?? SOUND_TYPES[contentType.toLowerCase().split(';', 1)[0]!.trim()];
  if (sound) return sound;
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
