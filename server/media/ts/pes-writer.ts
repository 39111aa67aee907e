import { PACKET_BYTES, SYNC_BYTE, writePcr, writeTimestamp } from './packet.ts';
import type { PacketSink } from './packet-sink.ts';

/** One PES packet to be cut into transport packets. */
export type PesPlan = {
  pid: number;
  streamId: number;
  pts: number;
  dts: number;
  parts: readonly Buffer[];
  /** Marks the packet as a place where decoding can begin. */
  key: boolean;
  pcr: number | null;
  discontinuity: boolean;
  /** Video says no length, since a picture may be longer than the 16 bits hold (§2.4.3.7). */
  bounded: boolean;
};

const BODY_BYTES = PACKET_BYTES - 4;
const PCR_FIELD_BYTES = 8;
const FLAGS_FIELD_BYTES = 2;

const fieldBytes = (plan: PesPlan): number => {
  if (plan.pcr !== null) return PCR_FIELD_BYTES;
  return plan.key || plan.discontinuity ? FLAGS_FIELD_BYTES : 0;
};

export const payloadBytes = (plan: PesPlan): number => plan.parts.reduce((sum, part) => sum + part.length, 0);
const headerBytes = (plan: PesPlan): number => (plan.dts === plan.pts ? 14 : 19);

/** How many packets a PES needs at least. */
export function packetCount(plan: PesPlan): number {
  const size = headerBytes(plan) + payloadBytes(plan);
  return 1 + Math.max(0, Math.ceil((size - (BODY_BYTES - fieldBytes(plan))) / BODY_BYTES));
}

/** Continuity counter of the next packet of each PID. */
export type Counters = Map<number, number>;

export function nextCounter(counters: Counters, pid: number): number {
  const counter = counters.get(pid) ?? 0;
  counters.set(pid, (counter + 1) & 0x0f);
  return counter;
}

/**
 * Writes a PES as `count` packets. More packets than needed are filled with stuffing, shared evenly (§2.4.3.5).
 */
export function writePes(sink: PacketSink, plan: PesPlan, count: number, counters: Counters): void {
  const bytes = new PartReader([pesHeader(plan), ...plan.parts]);
  let counter = counters.get(plan.pid) ?? 0;
  for (let left = count; left > 0; left--) {
    const first = left === count;
    const room = BODY_BYTES - (first ? fieldBytes(plan) : 0);
    // One byte at least stays for each packet that follows.
    const share = first ? bytes.left - (left - 1) : Math.ceil(bytes.left / left);
    const size = Math.min(room, share);
    const at = sink.next();
    const out = sink.bytes;
    const field = BODY_BYTES - size;
    out[at] = SYNC_BYTE;
    out[at + 1] = (first ? 0x40 : 0) | (plan.pid >> 8);
    out[at + 2] = plan.pid & 0xff;
    out[at + 3] = (field > 0 ? 0x30 : 0x10) | counter;
    counter = (counter + 1) & 0x0f;
    if (field > 0) writeField(out, at + 4, field, plan, first);
    bytes.copyTo(out, at + 4 + field, size);
  }
  counters.set(plan.pid, counter);
}

/** Reads several buffers as if they were one. */
class PartReader {
  readonly #parts: readonly Buffer[];
  #part = 0;
  #at = 0;
  left: number;

  constructor(parts: readonly Buffer[]) {
    this.#parts = parts;
    this.left = parts.reduce((sum, part) => sum + part.length, 0);
  }

  copyTo(out: Buffer, at: number, sizeBytes: number): void {
    this.left -= sizeBytes;
    for (let done = 0; done < sizeBytes; ) {
      const part = this.#parts[this.#part]!;
      const size = part.copy(out, at + done, this.#at, this.#at + sizeBytes - done);
      done += size;
      this.#at += size;
      if (this.#at < part.length) continue;
      this.#part++;
      this.#at = 0;
    }
  }
}

function writeField(out: Buffer, at: number, size: number, plan: PesPlan, first: boolean): void {
  out[at] = size - 1;
  if (size === 1) return;
  out.fill(0xff, at + 2, at + size);
  if (!first) {
    out[at + 1] = 0;
    return;
  }
  out[at + 1] = (plan.discontinuity ? 0x80 : 0) | (plan.key ? 0x40 : 0) | (plan.pcr === null ? 0 : 0x10);
  if (plan.pcr !== null) writePcr(out, at + 2, plan.pcr);
}

function pesHeader(plan: PesPlan): Buffer {
  const size = headerBytes(plan);
  const header = Buffer.alloc(size);
  const length = size - 6 + payloadBytes(plan);
  header.set([0, 0, 1, plan.streamId]);
  header.writeUInt16BE(plan.bounded && length <= 0xffff ? length : 0, 4);
  // data_alignment_indicator: each PES begins with a whole unit.
  header.set([0x84, plan.dts === plan.pts ? 0x80 : 0xc0, size - 9], 6);
  writeTimestamp(header, 9, plan.dts === plan.pts ? 2 : 3, plan.pts);
  if (plan.dts !== plan.pts) writeTimestamp(header, 14, 1, plan.dts);
  return header;
}
