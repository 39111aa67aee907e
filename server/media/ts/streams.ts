/** What an elementary stream holds, in FFmpeg's words. */
export type VideoCodec = 'h264' | 'hevc' | 'mpeg2video' | 'mpeg1video';
export type AudioCodec = 'aac' | 'aac_latm' | 'mp2' | 'ac3' | 'eac3' | 'dts' | 'opus';

/** One elementary stream of a program map. */
export type ElementaryStream = {
  pid: number;
  /** The stream_type byte as it stands in the program map. */
  streamType: number;
  kind: 'video' | 'audio' | 'other';
  codec: VideoCodec | AudioCodec | null;
  descriptors: Buffer;
};

/** The chosen program of a transport stream. */
export type Program = {
  number: number;
  pcrPid: number;
  video: (ElementaryStream & { codec: VideoCodec }) | null;
  audio: (ElementaryStream & { codec: AudioCodec }) | null;
  streams: ElementaryStream[];
};

/**
 * A whole picture; timestamps are 33-bit ticks of 90 kHz as they stood in the stream. On the live path `data` is right
 * only until the call that brought it comes back (`borrowed` of the demuxer): who keeps it copies it.
 */
export type VideoUnit = { kind: 'video'; pts: number; dts: number; key: boolean; data: Buffer };
/** A whole AAC frame, or the whole frames of one packet for other codecs (then `durationTicks` is null). */
export type AudioUnit = { kind: 'audio'; pts: number; durationTicks: number | null; data: Buffer };
export type Unit = VideoUnit | AudioUnit;

/** A unit that may be kept: with a copy of a picture's bytes, which are only lent on the live path. */
export const ownUnit = <T extends Unit>(unit: T): T =>
  unit.kind === 'video' ? { ...unit, data: Buffer.from(unit.data) } : unit;

const VIDEO_TYPES: Record<number, VideoCodec> = {
  1: 'mpeg1video',
  2: 'mpeg2video',
  27: 'h264',
  36: 'hevc',
};
const AUDIO_TYPES: Record<number, AudioCodec> = {
  3: 'mp2',
  4: 'mp2',
  15: 'aac',
  17: 'aac_latm',
  129: 'ac3',
  135: 'eac3',
  138: 'dts',
};
const PRIVATE_DATA = 6;
/** DVB descriptor tags of audio in private streams (ETSI EN 300 468 §6.1). */
const AUDIO_TAGS: Record<number, AudioCodec> = { 106: 'ac3', 122: 'eac3', 123: 'dts' };
const REGISTRATION_TAG = 5;
const REGISTERED: Record<string, AudioCodec | VideoCodec> = {
  'AC-3': 'ac3',
  EAC3: 'eac3',
  DTS1: 'dts',
  DTS2: 'dts',
  DTS3: 'dts',
  Opus: 'opus',
  HEVC: 'hevc',
};

/** Names an elementary stream by its type and, for private data, by its descriptors. */
export function elementaryStream(pid: number, streamType: number, descriptors: Buffer): ElementaryStream {
  const codec = codecOf(streamType, descriptors);
  return { pid, streamType, kind: kindOf(codec), codec, descriptors };
}

function kindOf(codec: VideoCodec | AudioCodec | null): ElementaryStream['kind'] {
  if (codec === null) return 'other';
  return isVideoCodec(codec) ? 'video' : 'audio';
}

const isVideoCodec = (codec: string): codec is VideoCodec =>
  Object.values<string>(VIDEO_TYPES).includes(codec);

function codecOf(streamType: number, descriptors: Buffer): VideoCodec | AudioCodec | null {
  const known = VIDEO_TYPES[streamType] ?? AUDIO_TYPES[streamType];
  if (known) return known;
  if (streamType !== PRIVATE_DATA) return null;
  for (const { tag, body } of eachDescriptor(descriptors)) {
    const codec = tag === REGISTRATION_TAG ? REGISTERED[body.toString('latin1', 0, 4)] : AUDIO_TAGS[tag];
    if (codec) return codec;
  }
  return null;
}

/** Walks through descriptors (ISO/IEC 13818-1 §2.6); stops where a length leaves the buffer. */
export function* eachDescriptor(bytes: Buffer): Generator<{ tag: number; body: Buffer; whole: Buffer }> {
  for (let at = 0; at + 2 <= bytes.length; ) {
    const end = at + 2 + bytes[at + 1]!;
    if (end > bytes.length) return;
    yield { tag: bytes[at]!, body: bytes.subarray(at + 2, end), whole: bytes.subarray(at, end) };
    at = end;
  }
}

/** The first picture track and the sound track for it: AAC if there is one, else the first. */
export function chooseStreams(number: number, pcrPid: number, streams: ElementaryStream[]): Program {
  const audio = streams.filter((stream) => stream.kind === 'audio');
  return {
    number,
    pcrPid,
    streams,
    video: (streams.find((stream) => stream.kind === 'video') ?? null) as Program['video'],
    audio: (audio.find((stream) => stream.codec === 'aac') ?? audio[0] ?? null) as Program['audio'],
  };
}
