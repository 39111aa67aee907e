import {
  diff33,
  PACKET_BYTES,
  readPid,
  readTimestamp,
  TICKS_PER_SECOND,
  writePcr,
  writeTimestamp,
} from '../../../server/media/ts/packet.ts';
import { CLIP_S, type ClipName, clipBytes } from './clips.ts';

/** A place in the clip where a picture (or sound, when there is no picture) begins. */
type Mark = { atMs: number; offset: number; key: boolean };

const CLIP_MS = CLIP_S * 1000;
const TICKS_PER_MS = TICKS_PER_SECOND / 1000;

const starts = (bytes: Buffer, at: number) => (bytes[at + 1]! & 0x40) !== 0;
const hasPayload = (bytes: Buffer, at: number) => (bytes[at + 3]! & 0x10) !== 0;
const payloadAt = (bytes: Buffer, at: number) => at + 4 + (bytes[at + 3]! & 0x20 ? 1 + bytes[at + 4]! : 0);
const hasPcr = (bytes: Buffer, at: number) =>
  (bytes[at + 3]! & 0x20) !== 0 && bytes[at + 4]! > 0 && (bytes[at + 5]! & 0x10) !== 0;
const isRandomAccess = (bytes: Buffer, at: number) =>
  (bytes[at + 3]! & 0x20) !== 0 && bytes[at + 4]! > 0 && (bytes[at + 5]! & 0x40) !== 0;

const VIDEO_PID = 0x210;
const PMT_PID = 0x1f0;
const clips = new Map<ClipName, LoopedClip>();

/** A clip that goes on for ever: timestamps, clock and continuity counters run on over its end. */
export class LoopedClip {
  readonly name: ClipName;
  readonly #bytes: Buffer;
  readonly #marks: Mark[] = [];
  /** Packets with a payload in one round, of each PID. */
  readonly #counts = new Map<number, number>();
  /** PAT and PMT, as they may stand at the beginning of anything. */
  readonly psi: Buffer;
  readonly videoPid: number | null;
  readonly audioPid: number | null;

  constructor(name: ClipName) {
    this.name = name;
    const bytes = clipBytes(name);
    this.#bytes = bytes;
    const found = new Map<number, number>();
    for (let at = 0; at < bytes.length; at += PACKET_BYTES) {
      const pid = readPid(bytes, at);
      if (!found.has(pid)) found.set(pid, at);
      if (hasPayload(bytes, at)) this.#counts.set(pid, (this.#counts.get(pid) ?? 0) + 1);
    }
    const packet = (pid: number) => bytes.subarray(found.get(pid)!, found.get(pid)! + PACKET_BYTES);
    this.psi = Buffer.concat([packet(0), packet(PMT_PID)]);
    this.videoPid = name === 'audio' ? null : VIDEO_PID;
    this.audioPid = name === 'noaudio' ? null : VIDEO_PID + (name === 'audio' ? 0 : 1);
    this.#findMarks();
  }

  /** The clip of that name; read once. */
  static of(name: ClipName): LoopedClip {
    const clip = clips.get(name) ?? new LoopedClip(name);
    clips.set(name, clip);
    return clip;
  }

  #findMarks(): void {
    const bytes = this.#bytes;
    const main = this.videoPid ?? this.audioPid;
    let first: number | null = null;
    for (let at = 0; at < bytes.length; at += PACKET_BYTES) {
      if (readPid(bytes, at) !== main || !starts(bytes, at)) continue;
      const pes = payloadAt(bytes, at);
      const dts = readTimestamp(bytes, bytes[pes + 7]! & 0x40 ? pes + 14 : pes + 9);
      first ??= dts;
      const key = this.videoPid === null || isRandomAccess(bytes, at);
      this.#marks.push({ atMs: diff33(dts, first) / TICKS_PER_MS, offset: this.#marks.length ? at : 0, key });
    }
  }

  /** The place up to which all is due `atMs` after the beginning of time. */
  placeAt(atMs: number): number {
    const round = Math.floor(atMs / CLIP_MS);
    const inside = atMs - round * CLIP_MS;
    const next = this.#marks.find((mark) => mark.atMs > inside);
    return round * this.#bytes.length + (next?.offset ?? this.#bytes.length);
  }

  /** The newest keyframe that is not later than `atMs`. */
  keyAt(atMs: number): { place: number; atMs: number } {
    const round = Math.floor(atMs / CLIP_MS);
    const inside = atMs - round * CLIP_MS;
    const key = this.#marks.findLast((mark) => mark.key && mark.atMs <= inside)!;
    return { place: round * this.#bytes.length + key.offset, atMs: round * CLIP_MS + key.atMs };
  }

  /** Where the first keyframe that begins at `place` or later ends. */
  firstKeyEnd(place: number): number {
    const size = this.#bytes.length;
    const round = Math.floor(place / size);
    const index = this.#marks.findIndex((mark) => mark.key && mark.offset >= place - round * size);
    if (index === -1) return this.firstKeyEnd((round + 1) * size);
    return round * size + (this.#marks[index + 1]?.offset ?? size);
  }

  /** The packets between two places, with timestamps that begin at `baseTicks`. */
  read(from: number, to: number, baseTicks: number): Buffer {
    const size = this.#bytes.length;
    const out = Buffer.allocUnsafe(to - from);
    for (let place = from; place < to; ) {
      const round = Math.floor(place / size);
      const end = Math.min(to, (round + 1) * size);
      this.#bytes.copy(out, place - from, place - round * size, end - round * size);
      for (let at = place; at < end; at += PACKET_BYTES) this.#rewrite(out, at - from, round, baseTicks);
      place = end;
    }
    return out;
  }

  #rewrite(out: Buffer, at: number, round: number, baseTicks: number): void {
    const shift = baseTicks + round * CLIP_MS * TICKS_PER_MS;
    const counter = (out[at + 3]! & 0x0f) + round * (this.#counts.get(readPid(out, at)) ?? 0);
    out[at + 3] = (out[at + 3]! & 0xf0) | (counter & 0x0f);
    if (hasPcr(out, at)) writePcr(out, at + 6, out.readUInt32BE(at + 6) * 2 + (out[at + 10]! >> 7) + shift);
    const pid = readPid(out, at);
    if (!starts(out, at) || (pid !== this.videoPid && pid !== this.audioPid)) return;
    const pes = payloadAt(out, at);
    const flags = out[pes + 7]!;
    if (flags & 0x80) writeTimestamp(out, pes + 9, flags & 0x40 ? 3 : 2, readTimestamp(out, pes + 9) + shift);
    if (flags & 0x40) writeTimestamp(out, pes + 14, 1, readTimestamp(out, pes + 14) + shift);
  }
}
