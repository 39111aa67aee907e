/** Size of one transport stream packet (ISO/IEC 13818-1 §2.4.3.2). */
export const PACKET_BYTES = 188;
export const SYNC_BYTE = 0x47;
export const NULL_PID = 0x1fff;
/** Ticks of PTS and DTS in one second. */
export const TICKS_PER_SECOND = 90_000;
/** PTS and DTS have 33 bits and start again from zero after 26.5 hours. */
export const WRAP_TICKS = 2 ** 33;

/** A timestamp brought into 0 … 2^33 - 1. */
export const wrap33 = (ticks: number): number => ((Math.round(ticks) % WRAP_TICKS) + WRAP_TICKS) % WRAP_TICKS;

/** `a - b` on the circle of 33 bits: negative when `a` is the earlier of two near timestamps. */
export function diff33(a: number, b: number): number {
  const forward = wrap33(a - b);
  return forward > WRAP_TICKS / 2 ? forward - WRAP_TICKS : forward;
}

/** Reads the five bytes of a PTS or DTS (§2.4.3.6). */
export function readTimestamp(bytes: Buffer, at: number): number {
  const high = (bytes[at]! >> 1) & 0x07;
  const middle = (bytes[at + 1]! << 7) | (bytes[at + 2]! >> 1);
  const low = (bytes[at + 3]! << 7) | (bytes[at + 4]! >> 1);
  return high * 2 ** 30 + middle * 2 ** 15 + low;
}

/** Writes a PTS (`prefix` 2 alone, 3 with a DTS) or DTS (`prefix` 1). */
export function writeTimestamp(bytes: Buffer, at: number, prefix: number, ticks: number): void {
  const value = wrap33(ticks);
  const middle = Math.floor(value / 2 ** 15) & 0x7fff;
  const low = value % 2 ** 15;
  bytes[at] = (prefix << 4) | (Math.floor(value / 2 ** 30) << 1) | 1;
  bytes[at + 1] = middle >> 7;
  bytes[at + 2] = ((middle & 0x7f) << 1) | 1;
  bytes[at + 3] = low >> 7;
  bytes[at + 4] = ((low & 0x7f) << 1) | 1;
}

/** Writes a PCR from 90 kHz ticks; its 27 MHz part is zero (§2.4.3.4). */
export function writePcr(bytes: Buffer, at: number, ticks: number): void {
  const value = wrap33(ticks);
  bytes.writeUInt32BE(Math.floor(value / 2), at);
  bytes[at + 4] = ((value % 2) << 7) | 0x7e;
  bytes[at + 5] = 0;
}

export const readPid = (bytes: Buffer, at: number): number => ((bytes[at + 1]! & 0x1f) << 8) | bytes[at + 2]!;

/** A packet without meaning, sent to keep a connection fed. */
export const NULL_PACKET: Buffer = (() => {
  const packet = Buffer.alloc(PACKET_BYTES, 0xff);
  packet.set([SYNC_BYTE, 0x1f, 0xff, 0x10]);
  return packet;
})();
