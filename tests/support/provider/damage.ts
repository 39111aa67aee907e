import { randomFillSync } from 'node:crypto';
import { NULL_PACKET, PACKET_BYTES, readPid } from '../../../server/media/ts/packet.ts';
import { type FaultKind, wallMs } from './faults.ts';
import type { LoopedClip } from './looped.ts';

/** Nothing but null packets, as many bytes. */
const nulls = (sizeBytes: number): Buffer => Buffer.alloc(sizeBytes, NULL_PACKET);

function without(bytes: Buffer, drop: (at: number) => boolean): Buffer {
  const kept: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += PACKET_BYTES)
    if (!drop(at)) kept.push(bytes.subarray(at, at + PACKET_BYTES));
  return Buffer.concat(kept);
}

/** About one bit in 3000 bytes of payload is turned over; headers stay. */
function flipBits(bytes: Buffer): Buffer {
  for (let at = 0; at < bytes.length; at += 16 * PACKET_BYTES) bytes[at + 40 + (at % 100)]! ^= 0x10;
  return bytes;
}

/** What a running fault makes of the packets that are due. */
export function damaged(bytes: Buffer, kind: FaultKind | undefined, clip: LoopedClip): Buffer {
  if (kind === 'null_only') return nulls(bytes.length);
  if (kind === 'garbage' || kind === 'seg_garbage') return randomFillSync(Buffer.allocUnsafe(bytes.length));
  if (kind === 'video_lost') return without(bytes, (at) => readPid(bytes, at) === clip.videoPid);
  if (kind === 'audio_lost') return without(bytes, (at) => readPid(bytes, at) === clip.audioPid);
  // Five packets of every three hundred are lost.
  if (kind === 'cc_gap') return without(bytes, (at) => (at / PACKET_BYTES) % 300 >= 295);
  if (kind === 'flipped') return flipBits(bytes);
  return bytes;
}

const STAMP_STEP = 10;

/** Writes the time of now, in µs since 1970, over the middle of every tenth packet of the picture, three times each. */
export function stamped(bytes: Buffer, clip: LoopedClip): Buffer {
  const stamp = `STMP${Math.round(wallMs() * 1000)
    .toString(16)
    .padStart(16, '0')}`;
  for (let at = 0; at < bytes.length; at += STAMP_STEP * PACKET_BYTES) {
    const plain = (bytes[at + 1]! & 0x40) === 0 && (bytes[at + 3]! & 0x20) === 0;
    if (plain && readPid(bytes, at) === clip.videoPid)
      for (const place of [40, 80, 120]) bytes.write(stamp, at + place, 'latin1');
  }
  return bytes;
}
