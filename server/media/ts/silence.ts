import { readAdts } from './adts.ts';

const HEADER_BYTES = 7;
/** AAC-LC frames in which every spectrum is empty, by number of channels (ISO/IEC 14496-3 §4.4.2). */
const EMPTY_FRAMES: Record<number, Buffer> = {
  1: Buffer.from('00c800802380', 'hex'),
  2: Buffer.from('210049900219002380', 'hex'),
  6: Buffer.from('00c800802084012640086400823004990021900200b2002008e0', 'hex'),
};

/** A frame of silence in ADTS with the parameters of another one; null where none is known. */
export function silentFrameLike(frame: Buffer): Buffer | null {
  const header = readAdts(frame);
  const empty = header?.objectType === 2 ? EMPTY_FRAMES[header.channels] : undefined;
  if (!empty) return null;
  const silent = Buffer.concat([frame.subarray(0, HEADER_BYTES), empty]);
  const size = silent.length;
  // No checksum, and a length of its own (ISO/IEC 14496-3 §1.A.2.2).
  silent[1]! |= 1;
  silent[3] = (silent[3]! & 0xfc) | (size >> 11);
  silent[4] = (size >> 3) & 0xff;
  silent[5] = ((size & 7) << 5) | (silent[5]! & 0x1f);
  silent[6]! &= 0xfc;
  return silent;
}
