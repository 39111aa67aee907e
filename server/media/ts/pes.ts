import { readTimestamp } from './packet.ts';

/** The header of a packetised elementary stream packet (ISO/IEC 13818-1 §2.4.3.6). */
export type PesHeader = {
  /** Bytes that follow the header, or null when it does not say (video). */
  unitBytes: number | null;
  /** Size of the header itself. */
  sizeBytes: number;
  pts: number | null;
  dts: number | null;
};

const FIXED_BYTES = 9;

/** Reads the header that begins at `from`; null when it is not one, or does not end before `end`. */
export function readPesHeader(bytes: Buffer, from: number, end: number): PesHeader | null {
  if (end - from < FIXED_BYTES || bytes[from] !== 0 || bytes[from + 1] !== 0 || bytes[from + 2] !== 1)
    return null;
  if ((bytes[from + 6]! & 0xc0) !== 0x80) return null;
  const length = (bytes[from + 4]! << 8) | bytes[from + 5]!;
  const sizeBytes = FIXED_BYTES + bytes[from + 8]!;
  if (sizeBytes > end - from) return null;
  const hasPts = (bytes[from + 7]! & 0x80) !== 0 && sizeBytes >= 14;
  const hasDts = (bytes[from + 7]! & 0x40) !== 0 && sizeBytes >= 19;
  const pts = hasPts ? readTimestamp(bytes, from + 9) : null;
  return {
    unitBytes: length === 0 ? null : Math.max(0, length + 6 - sizeBytes),
    sizeBytes,
    pts,
    dts: hasPts && hasDts ? readTimestamp(bytes, from + 14) : pts,
  };
}
