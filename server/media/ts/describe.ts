import { readAdts } from './adts.ts';
import { eachStartCode, nalAt } from './bits.ts';
import { parseHevcSps } from './hevc-sps.ts';
import { type PictureInfo, parseSps } from './sps.ts';
import type { AudioCodec, VideoCodec } from './streams.ts';

/** What a sound track says of itself; `codecString` is null where browsers have no name for it. */
export type SoundInfo = { codecString: string | null; sampleRate: number | null; channels: number | null };

const SPS_TYPE = 7;
const HEVC_SPS_TYPE = 33;
const SEQUENCE_HEADER = 0xb3;
/** Shape of the whole picture by aspect_ratio_information, table 6-3 of ISO/IEC 13818-2; the others mean square samples. */
const MPEG_SHAPES: Readonly<Record<number, number>> = { 2: 4 / 3, 3: 16 / 9, 4: 2.21 };
/** Table 6-4 of ISO/IEC 13818-2. */
const MPEG_RATES = [null, 24000 / 1001, 24, 25, 30000 / 1001, 30, 50, 60000 / 1001, 60];

/** Looks into a keyframe for its size and profile; null when it does not say. */
export function describePicture(codec: VideoCodec, data: Buffer): PictureInfo | null {
  let info: PictureInfo | null = null;
  eachStartCode(data, (at) => {
    if (codec === 'h264') {
      if ((data[at]! & 0x1f) === SPS_TYPE) info = parseSps(nalAt(data, at));
    } else if (codec === 'hevc') {
      if (data[at]! >> 1 === HEVC_SPS_TYPE) info = parseHevcSps(nalAt(data, at));
    } else if (data[at] === SEQUENCE_HEADER) info = sequenceHeader(data, at + 1);
    return info ? 'stop' : undefined;
  });
  return info;
}

function sequenceHeader(data: Buffer, at: number): PictureInfo | null {
  if (at + 4 > data.length) return null;
  const width = (data[at]! << 4) | (data[at + 1]! >> 4);
  const height = ((data[at + 1]! & 0x0f) << 8) | data[at + 2]!;
  const fps = MPEG_RATES[data[at + 3]! & 0x0f] ?? null;
  if (width === 0 || height === 0) return null;
  const shape = MPEG_SHAPES[data[at + 3]! >> 4];
  const sampleAspect = shape === undefined ? 1 : (shape * height) / width;
  return { codecString: 'mp2v', width, height, sampleAspect, fps };
}

const MPEG_AUDIO_RATES = [44100, 48000, 32000];
const AC3_RATES = [48000, 44100, 32000];

/** Looks into the first frame of a sound unit. */
export function describeSound(codec: AudioCodec, data: Buffer): SoundInfo {
  if (codec === 'aac') {
    const header = readAdts(data);
    if (!header) return { codecString: null, sampleRate: null, channels: null };
    const { sampleRate, channels, objectType } = header;
    return { codecString: `mp4a.40.${objectType}`, sampleRate, channels };
  }
  return { codecString: null, sampleRate: rateOf(codec, data), channels: null };
}

function rateOf(codec: AudioCodec, data: Buffer): number | null {
  if (codec === 'mp2' && data.length > 2 && data[0] === 0xff) {
    const rate = MPEG_AUDIO_RATES[(data[2]! >> 2) & 3];
    // ID bit 0 means the half rates of MPEG-2 audio.
    return rate === undefined ? null : rate / ((data[1]! & 0x08) === 0 ? 2 : 1);
  }
  if ((codec === 'ac3' || codec === 'eac3') && data.length > 4 && data.readUInt16BE(0) === 0x0b77)
    return AC3_RATES[data[4]! >> 6] ?? null;
  return null;
}
