import { AdtsSplitter } from './adts.ts';
import { isKeyframe } from './keyframe.ts';
import { type PesHeader, readPesHeader } from './pes.ts';
import type { ElementaryStream, Unit, VideoCodec } from './streams.ts';

type Ports = { onUnit(unit: Unit): void; onDrop(kind: 'video' | 'audio'): void };

type Open = {
  pts: number;
  dts: number;
  totalBytes: number | null;
  sizeBytes: number;
  parts: Buffer[];
  damaged: boolean;
};

/** More than any picture of a sane stream; a longer one means that its end was lost. */
const LONGEST_UNIT_BYTES = 16 * 1024 * 1024;

/**
 * Builds the whole access units of one stream out of packet payloads, and is the damage gate (media-decisions.md Q2
 * rule 10): a half unit never leaves, and after one the pictures are dropped up to the next keyframe.
 */
export class UnitAssembler {
  readonly stream: ElementaryStream;
  readonly #ports: Ports;
  readonly #adts: AdtsSplitter | null;
  #open: Open | null = null;
  #waitsForKey = false;
  counter: number | null = null;
  lastPacket: Buffer | null = null;

  constructor(stream: ElementaryStream, ports: Ports) {
    this.stream = stream;
    this.#ports = ports;
    this.#adts = stream.codec === 'aac' ? new AdtsSplitter() : null;
  }

  /** Takes the payload of one packet. */
  push(payload: Buffer, starts: boolean): void {
    if (starts) this.#start(payload);
    else if (this.#open) this.#append(this.#open, payload);
    const open = this.#open;
    if (open?.totalBytes != null && open.sizeBytes >= open.totalBytes) this.finish();
  }

  /** Something of this stream is missing: the open unit is lost, and pictures wait for a keyframe. */
  lose(): void {
    if (this.#open) this.#open.damaged = true;
    this.#adts?.reset();
    if (this.stream.kind === 'video') this.#waitsForKey = true;
  }

  /** Ends the open unit: the next one begins, or the stream has come to a clean end. */
  finish(): void {
    const open = this.#open;
    this.#open = null;
    if (!open) return;
    const short = open.totalBytes !== null && open.sizeBytes < open.totalBytes;
    if (short) this.lose();
    if (short || open.damaged) this.#drop();
    // Always a copy: a unit must not keep the large piece it came in alive.
    else this.#emit(open, Buffer.concat(open.parts));
  }

  #start(payload: Buffer): void {
    const header = readPesHeader(payload);
    if (header && header.pts === null && this.#open && this.stream.kind === 'video') {
      // Pictures without a timestamp of their own stay with the one before them.
      this.#append(this.#open, payload.subarray(header.payloadAt));
      this.#open.totalBytes = null;
      return;
    }
    this.finish();
    if (header && header.pts !== null && header.dts !== null) this.#open = opened(header, payload);
    else this.lose();
  }

  #append(open: Open, payload: Buffer): void {
    const room = open.totalBytes === null ? payload.length : open.totalBytes - open.sizeBytes;
    open.parts.push(room < payload.length ? payload.subarray(0, room) : payload);
    open.sizeBytes += payload.length;
    if (open.sizeBytes > LONGEST_UNIT_BYTES) {
      this.#open = null;
      this.lose();
      this.#drop();
    }
  }

  #emit(open: Open, data: Buffer): void {
    if (data.length === 0) return;
    if (this.stream.kind === 'audio') this.#emitAudio(open, data);
    else this.#emitVideo(open, data);
  }

  #emitVideo(open: Open, data: Buffer): void {
    const key = isKeyframe(this.stream.codec as VideoCodec, data);
    if (this.#waitsForKey && !key) {
      this.#drop();
      return;
    }
    this.#waitsForKey = false;
    this.#ports.onUnit({ kind: 'video', pts: open.pts, dts: open.dts, key, data });
  }

  #emitAudio(open: Open, data: Buffer): void {
    if (this.#adts) for (const frame of this.#adts.push(data, open.pts)) this.#ports.onUnit(frame);
    else this.#ports.onUnit({ kind: 'audio', pts: open.pts, durationTicks: null, data });
  }

  #drop(): void {
    this.#ports.onDrop(this.stream.kind === 'video' ? 'video' : 'audio');
  }
}

function opened(header: PesHeader, payload: Buffer): Open {
  const { pts, dts, totalBytes } = header as PesHeader & { pts: number; dts: number };
  const end = totalBytes === null ? payload.length : Math.min(payload.length, totalBytes);
  const parts = [payload.subarray(header.payloadAt, end)];
  return { pts, dts, totalBytes, sizeBytes: payload.length, parts, damaged: false };
}
