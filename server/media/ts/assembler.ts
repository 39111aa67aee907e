import { AdtsSplitter } from './adts.ts';
import { isKeyframe } from './keyframe.ts';
import { readPesHeader } from './pes.ts';
import type { ElementaryStream, Unit, VideoCodec } from './streams.ts';

type Ports = {
  onUnit(unit: Unit): void;
  onDrop(kind: 'video' | 'audio'): void;
  /** Pictures are given in memory that the next one overwrites. */
  borrowed: boolean;
};

/** More than any picture of a sane stream; a longer one means that its end was lost. */
const LONGEST_UNIT_BYTES = 16 * 1024 * 1024;
const FIRST_ROOM_BYTES = 64 * 1024;
const EMPTY: Buffer = Buffer.alloc(0);

/**
 * Builds the whole access units of one stream out of packet payloads, and is the damage gate (media-decisions.md Q2
 * rule 10): a half unit never leaves, and after one the pictures are dropped up to the next keyframe.
 */
export class UnitAssembler {
  readonly stream: ElementaryStream;
  readonly #ports: Ports;
  readonly #adts: AdtsSplitter | null;
  /** One piece of memory for every unit in turn: a new one for each would be the greater part of all garbage. */
  #room = EMPTY;
  #open = false;
  #sizeBytes = 0;
  /** Size the open unit will have; null when its header does not say. */
  #unitBytes: number | null = null;
  #pts = 0;
  #dts = 0;
  #damaged = false;
  #waitsForKey = false;
  counter: number | null = null;
  /** Where the last packet stands, for telling when one is sent twice. */
  lastBytes = EMPTY;
  lastAt = 0;

  constructor(stream: ElementaryStream, ports: Ports) {
    this.stream = stream;
    this.#ports = ports;
    this.#adts = stream.codec === 'aac' ? new AdtsSplitter() : null;
  }

  /** Takes the payload of one packet: the bytes from `from` to `end`. */
  push(bytes: Buffer, from: number, end: number, starts: boolean): void {
    if (starts) this.#start(bytes, from, end);
    else if (this.#open) this.#append(bytes, from, end);
    if (this.#open && this.#unitBytes !== null && this.#sizeBytes >= this.#unitBytes) this.finish();
  }

  /** Something of this stream is missing: the open unit is lost, and pictures wait for a keyframe. */
  lose(): void {
    this.#damaged = true;
    this.#adts?.reset();
    if (this.stream.kind === 'video') this.#waitsForKey = true;
  }

  /** Ends the open unit: the next one begins, or the stream has come to a clean end. */
  finish(): void {
    if (!this.#open) return;
    this.#open = false;
    const short = this.#unitBytes !== null && this.#sizeBytes < this.#unitBytes;
    if (short) this.lose();
    if (short || this.#damaged) this.#drop();
    else if (this.#sizeBytes > 0) this.#emit();
  }

  #start(bytes: Buffer, from: number, end: number): void {
    const header = readPesHeader(bytes, from, end);
    if (header && header.pts === null && this.#open && this.stream.kind === 'video') {
      // Pictures without a timestamp of their own stay with the one before them.
      this.#unitBytes = null;
      this.#append(bytes, from + header.sizeBytes, end);
      return;
    }
    this.finish();
    if (!header || header.pts === null || header.dts === null) {
      this.lose();
      return;
    }
    this.#open = true;
    this.#damaged = false;
    this.#pts = header.pts;
    this.#dts = header.dts;
    this.#unitBytes = header.unitBytes;
    this.#sizeBytes = 0;
    this.#append(bytes, from + header.sizeBytes, end);
  }

  #append(bytes: Buffer, from: number, end: number): void {
    const left = this.#unitBytes === null ? end - from : this.#unitBytes - this.#sizeBytes;
    const until = Math.min(end, from + left);
    const size = this.#sizeBytes + until - from;
    if (size > LONGEST_UNIT_BYTES) {
      this.#open = false;
      this.lose();
      this.#drop();
      return;
    }
    if (size > this.#room.length) this.#grow(size);
    bytes.copy(this.#room, this.#sizeBytes, from, until);
    this.#sizeBytes = size;
  }

  #grow(sizeBytes: number): void {
    const room = Buffer.allocUnsafeSlow(Math.max(FIRST_ROOM_BYTES, 2 * this.#room.length, sizeBytes));
    this.#room.copy(room, 0, 0, this.#sizeBytes);
    this.#room = room;
  }

  #emit(): void {
    const whole = this.#room.subarray(0, this.#sizeBytes);
    if (this.stream.kind === 'audio') this.#emitAudio(Buffer.from(whole));
    else this.#emitVideo(whole);
  }

  #emitVideo(whole: Buffer): void {
    const key = isKeyframe(this.stream.codec as VideoCodec, whole);
    if (this.#waitsForKey && !key) {
      this.#drop();
      return;
    }
    this.#waitsForKey = false;
    const data = this.#ports.borrowed ? whole : Buffer.from(whole);
    this.#ports.onUnit({ kind: 'video', pts: this.#pts, dts: this.#dts, key, data });
  }

  #emitAudio(data: Buffer): void {
    if (this.#adts) for (const frame of this.#adts.push(data, this.#pts)) this.#ports.onUnit(frame);
    else this.#ports.onUnit({ kind: 'audio', pts: this.#pts, durationTicks: null, data });
  }

  #drop(): void {
    this.#ports.onDrop(this.stream.kind === 'video' ? 'video' : 'audio');
  }
}
