import { SAMPLES_PER_FRAME } from '../ts/adts.ts';
import { isKeyframe } from '../ts/keyframe.ts';
import { TICKS_PER_SECOND, wrap33 } from '../ts/packet.ts';
import type { AudioUnit, Unit, VideoCodec, VideoUnit } from '../ts/streams.ts';
import type { AacConfig } from './esds.ts';
import type { Sample } from './samples.ts';
import type { Track } from './tracks.ts';

const START_CODE = Buffer.from([0, 0, 0, 1]);
/** Access unit delimiters: transport streams want one in front of each picture (ISO/IEC 13818-1 §2.14.1). */
const DELIMITERS: Partial<Record<VideoCodec, Buffer>> = {
  h264: Buffer.from([0x09, 0xf0]),
  hevc: Buffer.from([0x46, 0x01, 0x50]),
};
const DELIMITER_TYPES: Partial<Record<VideoCodec, number>> = { h264: 9, hevc: 35 };
const SEQUENCE_SET_TYPES: Partial<Record<VideoCodec, number>> = { h264: 7, hevc: 33 };
const ADTS_BYTES = 7;

/** Turns a sample into a unit as a transport stream has it; null when its bytes do not fit together. */
export function unitOf(sample: Sample, data: Buffer, earlierBy: number): Unit | null {
  return sample.track.kind === 'video' ? picture(sample, data, earlierBy) : sound(sample, data);
}

/** A time of a track as ticks of 33 bits. */
export const ticksOf = (track: Track, time: number): number =>
  wrap33(((time - track.shift) * TICKS_PER_SECOND) / track.timescale);

function picture(sample: Sample, data: Buffer, earlierBy: number): VideoUnit | null {
  const { track } = sample;
  const nals = nalsOf(data, track.codec.lengthBytes);
  if (!nals || nals.length === 0) return null;
  const codec = track.codec.name as VideoCodec;
  const typeOf = (nal: Buffer) => (codec === 'h264' ? nal[0]! & 0x1f : (nal[0]! >> 1) & 0x3f);
  const annexB = withStartCodes(nals);
  // Fragments begin with a picture where decoding can begin, also when that is no IDR picture.
  const key = isKeyframe(codec, annexB) || sample.sync;
  const front: Buffer[] = [];
  if (typeOf(nals[0]!) !== DELIMITER_TYPES[codec]) front.push(DELIMITERS[codec]!);
  if (key && !nals.some((nal) => typeOf(nal) === SEQUENCE_SET_TYPES[codec]))
    front.push(...track.codec.parameterSets);
  return {
    kind: 'video',
    pts: ticksOf(track, sample.decodeTime + sample.delay),
    dts: ticksOf(track, sample.decodeTime - earlierBy),
    key,
    data: front.length > 0 ? Buffer.concat([withStartCodes(front), annexB]) : annexB,
  };
}

function nalsOf(data: Buffer, lengthBytes: number): Buffer[] | null {
  const nals: Buffer[] = [];
  for (let at = 0; at + lengthBytes <= data.length; ) {
    const end = at + lengthBytes + data.readUIntBE(at, lengthBytes);
    if (end > data.length) return null;
    if (end > at + lengthBytes) nals.push(data.subarray(at + lengthBytes, end));
    at = end;
  }
  return nals;
}

const withStartCodes = (nals: readonly Buffer[]): Buffer =>
  Buffer.concat(nals.flatMap((nal) => [START_CODE, nal]));

function sound(sample: Sample, data: Buffer): AudioUnit | null {
  const { track } = sample;
  if (data.length === 0) return null;
  const { aac } = track.codec;
  return {
    kind: 'audio',
    pts: ticksOf(track, sample.decodeTime + sample.delay),
    durationTicks: aac && (SAMPLES_PER_FRAME * TICKS_PER_SECOND) / aac.sampleRate,
    data: aac ? Buffer.concat([adtsHeader(aac, data.length), data]) : data,
  };
}

/** An ADTS header without a checksum (ISO/IEC 14496-3 §1.A.2.2). */
function adtsHeader({ profile, rateIndex, channels }: AacConfig, dataBytes: number): Buffer {
  const size = ADTS_BYTES + dataBytes;
  return Buffer.from([
    0xff,
    0xf1,
    (profile << 6) | (rateIndex << 2) | (channels >> 2),
    ((channels & 3) << 6) | (size >> 11),
    (size >> 3) & 0xff,
    ((size & 7) << 5) | 0x1f,
    0xfc,
  ]);
}
