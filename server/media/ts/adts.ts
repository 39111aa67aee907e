import { TICKS_PER_SECOND, wrap33 } from './packet.ts';
import type { AudioUnit } from './streams.ts';

const SAMPLE_RATES = [
  96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
];
const HEADER_BYTES = 7;
const EMPTY: Buffer = Buffer.alloc(0);
export const SAMPLES_PER_FRAME = 1024;

/** The header of an ADTS frame (ISO/IEC 14496-3 §1.A.2.2). */
export type AdtsHeader = { sizeBytes: number; sampleRate: number; channels: number; objectType: number };

/** Reads an ADTS header, or null when there is none at this place. */
export function readAdts(bytes: Buffer, at = 0): AdtsHeader | null {
  if (at + HEADER_BYTES > bytes.length) return null;
  if (bytes[at] !== 0xff || (bytes[at + 1]! & 0xf6) !== 0xf0) return null;
  const sampleRate = SAMPLE_RATES[(bytes[at + 2]! >> 2) & 0x0f];
  const sizeBytes = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5);
  if (sampleRate === undefined || sizeBytes <= HEADER_BYTES) return null;
  const channels = ((bytes[at + 2]! & 1) << 2) | (bytes[at + 3]! >> 6);
  return { sizeBytes, sampleRate, channels, objectType: (bytes[at + 2]! >> 6) + 1 };
}

/** Cuts PES payloads into whole ADTS frames with a PTS each, also where frames run across PES packets. */
export class AdtsSplitter {
  #rest = EMPTY;
  /** PTS of the frame that begins in the rest. */
  #restPts = 0;

  /** The frames that are complete after this payload. */
  push(payload: Buffer, pts: number): AudioUnit[] {
    const carried = this.#rest.length;
    const bytes = carried > 0 ? Buffer.concat([this.#rest, payload]) : payload;
    const frames: AudioUnit[] = [];
    let cursor = carried > 0 ? this.#restPts : pts;
    let own = carried === 0;
    let at = nextHeader(bytes, 0);
    for (;;) {
      if (!own && at >= carried) {
        // The PTS of a packet belongs to the first frame that begins in it (ISO/IEC 13818-1 §2.4.3.7).
        cursor = pts;
        own = true;
      }
      const header = readAdts(bytes, at);
      if (!header || at + header.sizeBytes > bytes.length) break;
      const durationTicks = (SAMPLES_PER_FRAME * TICKS_PER_SECOND) / header.sampleRate;
      const data = bytes.subarray(at, at + header.sizeBytes);
      frames.push({ kind: 'audio', pts: wrap33(cursor), durationTicks, data });
      cursor += durationTicks;
      at = nextHeader(bytes, at + header.sizeBytes);
    }
    this.#rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : EMPTY;
    this.#restPts = cursor;
    return frames;
  }

  /** Forgets a half frame, after a loss. */
  reset(): void {
    this.#rest = EMPTY;
  }
}

/** Where the next frame begins, or the last few bytes that may become a header. */
function nextHeader(bytes: Buffer, from: number): number {
  let at = from;
  while (at + HEADER_BYTES <= bytes.length && !readAdts(bytes, at)) at++;
  return Math.min(at, bytes.length);
}
