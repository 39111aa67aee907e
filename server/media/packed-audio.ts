import { readAdts, SAMPLES_PER_FRAME } from './ts/adts.ts';
import { TICKS_PER_SECOND, wrap33 } from './ts/packet.ts';
import type { AudioUnit, Program } from './ts/streams.ts';

type Ports = { onProgram(program: Program): void; onUnit(unit: AudioUnit): void };

const AUDIO_PID = 0x101;
const ADTS_TYPE = 0x0f;
const TAG_HEADER_BYTES = 10;
const LARGEST_TAG_BYTES = 256 * 1024;
const TIMESTAMP_OWNER = 'com.apple.streaming.transportStreamTimestamp\0';

const PROGRAM: Program = (() => {
  const audio = {
    pid: AUDIO_PID,
    streamType: ADTS_TYPE,
    kind: 'audio',
    codec: 'aac',
    descriptors: Buffer.alloc(0),
  };
  return { number: 1, pcrPid: AUDIO_PID, video: null, audio, streams: [audio] } as Program;
})();

/** True for what may be a segment of sound without a container: an ID3 tag, or AAC frames at once. */
export const isPackedAudio = (bytes: Buffer): boolean =>
  bytes.toString('latin1', 0, 3) === 'ID3' || readAdts(bytes) !== null;

/**
 * Takes HLS segments of packed AAC (RFC 8216 §3.4): an ID3 tag with the time of the first frame, then ADTS frames.
 * Without that time the sound goes on where it ended.
 */
export class PackedAudio {
  readonly #ports: Ports;
  #rest: Buffer = Buffer.alloc(0);
  #inTag = true;
  #announced = false;
  #pts = 0;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Throws a plain Error when it is no AAC. */
  push(chunk: Buffer): void {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    if (this.#inTag) bytes = this.#takeTags(bytes);
    this.#rest = Buffer.from(this.#inTag ? bytes : this.#takeFrames(bytes));
  }

  /** A segment is over; true when it ended with a whole frame. */
  endSegment(): boolean {
    const whole = this.#rest.length === 0;
    this.#rest = Buffer.alloc(0);
    this.#inTag = true;
    return whole;
  }

  #takeTags(bytes: Buffer): Buffer {
    let rest = bytes;
    while (rest.length >= TAG_HEADER_BYTES && rest.toString('latin1', 0, 3) === 'ID3') {
      const size = TAG_HEADER_BYTES + synchsafe(rest, 6);
      if (size > LARGEST_TAG_BYTES) throw new Error('its ID3 tag is too large');
      if (rest.length < size) return rest;
      this.#pts = timestampOf(rest.subarray(TAG_HEADER_BYTES, size)) ?? this.#pts;
      rest = rest.subarray(size);
    }
    if (rest.length < TAG_HEADER_BYTES) return rest;
    if (!readAdts(rest)) throw new Error('its sound is not AAC');
    this.#inTag = false;
    return rest;
  }

  #takeFrames(bytes: Buffer): Buffer {
    if (!this.#announced) this.#ports.onProgram(PROGRAM);
    this.#announced = true;
    let at = 0;
    for (let header = readAdts(bytes, at); header; header = readAdts(bytes, at)) {
      const end = at + header.sizeBytes;
      if (end > bytes.length) return bytes.subarray(at);
      const durationTicks = (SAMPLES_PER_FRAME * TICKS_PER_SECOND) / header.sampleRate;
      const data = Buffer.from(bytes.subarray(at, end));
      this.#ports.onUnit({ kind: 'audio', pts: wrap33(this.#pts), durationTicks, data });
      this.#pts += durationTicks;
      at = end;
    }
    if (bytes.length - at >= TAG_HEADER_BYTES) throw new Error('its AAC frames are damaged');
    return bytes.subarray(at);
  }
}

const synchsafe = (bytes: Buffer, at: number): number =>
  [0, 1, 2, 3].reduce((value, step) => (value << 7) | (bytes[at + step]! & 0x7f), 0);

/** The PRIV frame with 33 bits of time in 8 bytes. */
function timestampOf(tag: Buffer): number | null {
  const at = tag.indexOf(TIMESTAMP_OWNER, 0, 'latin1');
  const from = at + TIMESTAMP_OWNER.length;
  if (at < 0 || from + 8 > tag.length) return null;
  return (tag.readUInt32BE(from) & 1) * 2 ** 32 + tag.readUInt32BE(from + 4);
}
