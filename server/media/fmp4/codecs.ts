import type { AudioCodec, VideoCodec } from '../ts/streams.ts';
import { type Box, boxAt } from './boxes.ts';
import { type AacConfig, readEsds } from './esds.ts';

/** How the samples of a track become units of a transport stream. */
export type TrackCodec = {
  name: VideoCodec | AudioCodec;
  streamType: number;
  descriptors: Buffer;
  /** Bytes of the length in front of each NAL unit. */
  lengthBytes: number;
  /** Parameter sets as they stand in front of a keyframe. */
  parameterSets: Buffer[];
  /** What the header of each AAC frame says. */
  aac: AacConfig | null;
};

/** Bytes of a sample entry before the boxes inside of it (ISO/IEC 14496-12 §12.1.3, §12.2.3). */
const VISUAL_BYTES = 78;
const SOUND_BYTES = 28;
/** QuickTime's second version of sound entries has 16 bytes more. */
const SOUND_V1_BYTES = 16;

const PLAIN = { descriptors: Buffer.alloc(0), lengthBytes: 0, parameterSets: [], aac: null };
const registration = (name: string): Buffer => Buffer.from(`\x05\x04${name}`, 'latin1');
const MP3_TYPES = new Set([0x69, 0x6b]);

/** Names the codec of a sample entry; null when a transport stream cannot carry it, or it is damaged. */
export function codecOf(kind: 'video' | 'audio', entry: Box): TrackCodec | null {
  return kind === 'video' ? videoOf(entry) : audioOf(entry);
}

function videoOf({ type, body }: Box): TrackCodec | null {
  const inside = body.subarray(VISUAL_BYTES);
  const avcC = type === 'avc1' || type === 'avc3' ? boxAt(inside, 'avcC') : null;
  if (avcC && avcC.length > 6) return avc(avcC);
  const hvcC = /^(hvc1|hev1|dvh1|dvhe)$/.test(type) ? boxAt(inside, 'hvcC') : null;
  return hvcC && hvcC.length > 22 ? hevc(hvcC) : null;
}

/** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1). */
function avc(record: Buffer): TrackCodec {
  const parameterSets: Buffer[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = (record[at++] ?? 0) & mask;
    for (let index = 0; index < count && at + 2 <= record.length; index++) {
      const end = at + 2 + record.readUInt16BE(at);
      parameterSets.push(record.subarray(at + 2, end));
      at = end;
    }
  }
  return { ...PLAIN, name: 'h264', streamType: 0x1b, lengthBytes: (record[4]! & 3) + 1, parameterSets };
}

/** HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 §8.3.3.1). */
function hevc(record: Buffer): TrackCodec {
  const parameterSets: Buffer[] = [];
  let at = 23;
  for (let array = 0; array < record[22]! && at + 3 <= record.length; array++) {
    const count = record.readUInt16BE(at + 1);
    at += 3;
    for (let index = 0; index < count && at + 2 <= record.length; index++) {
      const end = at + 2 + record.readUInt16BE(at);
      parameterSets.push(record.subarray(at + 2, end));
      at = end;
    }
  }
  return { ...PLAIN, name: 'hevc', streamType: 0x24, lengthBytes: (record[21]! & 3) + 1, parameterSets };
}

function audioOf({ type, body }: Box): TrackCodec | null {
  if (type === 'ac-3') return { ...PLAIN, name: 'ac3', streamType: 0x81, descriptors: registration('AC-3') };
  if (type === 'ec-3') return { ...PLAIN, name: 'eac3', streamType: 0x87, descriptors: registration('EAC3') };
  if (type !== 'mp4a') return null;
  const version = body.length > 10 ? body.readUInt16BE(8) : 0;
  const esds = boxAt(body.subarray(SOUND_BYTES + (version === 1 ? SOUND_V1_BYTES : 0)), 'esds');
  const found = esds && readEsds(esds);
  if (!found) return null;
  if (MP3_TYPES.has(found.objectType)) return { ...PLAIN, name: 'mp2', streamType: 0x03 };
  return found.aac && { ...PLAIN, name: 'aac', streamType: 0x0f, aac: found.aac };
}
