import { readTimestamp } from './packet.ts';

/** The header of a packetised elementary stream packet (ISO/IEC 13818-1 §2.4.3.6). */
export type PesHeader = {
  /** Whole size of the packet in bytes, or null when it is unbounded (video). */
  totalBytes: number | null;
  payloadAt: number;
  pts: number | null;
  dts: number | null;
};

const FIXED_BYTES = 9;

/** Reads the header at the start of a packet payload; null when it is not one, or is cut off. */
export function readPesHeader(bytes: Buffer): PesHeader | null {
  if (bytes.length < FIXED_BYTES || bytes.readUIntBE(0, 3) !== 1) return null;
  if ((bytes[6]! & 0xc0) !== 0x80) return null;
  const length = bytes.readUInt16BE(4);
  const payloadAt = FIXED_BYTES + bytes[8]!;
  if (payloadAt > bytes.length) return null;
  const hasPts = (bytes[7]! & 0x80) !== 0 && payloadAt >= 14;
  const hasDts = (bytes[7]! & 0x40) !== 0 && payloadAt >= 19;
  const pts = hasPts ? readTimestamp(bytes, 9) : null;
  return {
    totalBytes: length === 0 ? null : length + 6,
    payloadAt,
    pts,
    dts: hasPts && hasDts ? readTimestamp(bytes, 14) : pts,
  };
}
