import { readAdts } from '../../media/ts/adts.ts';
import type { Layout } from '../../media/ts/identity.ts';
import { muxSegment } from '../../media/ts/muxer.ts';
import type { AudioUnit } from '../../media/ts/streams.ts';
import { picturesOf } from './check.ts';
import {
  frameAt,
  type GridPlan,
  SOUND_FRAME_TICKS,
  soundFrameAt,
  soundFrameFrom,
  soundTicksOf,
} from './plan.ts';
import { type GridStore, soundRow } from './store.ts';

const H264: Layout['video'] = { streamType: 0x1b, descriptors: Buffer.alloc(0) };
const AAC: Layout['audio'] = { streamType: 0x0f, descriptors: Buffer.alloc(0) };
const TIMESTAMP_OWNER = 'com.apple.streaming.transportStreamTimestamp\0';

/** True length of segment k in seconds. */
export function segmentSeconds(plan: GridPlan, k: number, frames: number): number {
  const last = Math.min(frameAt(plan, k + 1), frames);
  return ((last - frameAt(plan, k)) * plan.rate.den) / plan.rate.num;
}

/** Segment k of a rung with the sound of the first track, as the transport stream that players get. */
export async function joinedSegment(
  { plan, store }: { plan: GridPlan; store: GridStore },
  rung: string,
  k: number,
): Promise<Buffer> {
  const video = picturesOf(await store.read(rung, k));
  const hasSound = plan.tracks.length > 0;
  // A segment with fewer pictures than its place has is the last one, whether that was written down already or not.
  const isLast = video.length < frameAt(plan, k + 1) - frameAt(plan, k);
  const frames = isLast ? frameAt(plan, k) + video.length : null;
  const audio = hasSound ? await soundOf({ plan, store }, { track: 0, k, frames }) : [];
  return muxSegment({ layout: { video: H264, audio: hasSound ? AAC : null }, video, audio });
}

/** Segment k of one track as packed audio: the time of its first frame, then ADTS (RFC 8216 §3.4). */
export async function packedSegment(
  grid: { plan: GridPlan; store: GridStore },
  track: number,
  k: number,
): Promise<Buffer> {
  const frames = await soundOf(grid, { track, k, frames: grid.store.frames });
  return Buffer.concat([
    timestampTag(soundTicksOf(soundFrameAt(grid.plan, k))),
    ...frames.map((unit) => unit.data),
  ]);
}

/** The frames of segment k; those behind the last picture stay away. */
async function soundOf(
  { plan, store }: { plan: GridPlan; store: GridStore },
  { track, k, frames }: { track: number; k: number; frames: number | null },
): Promise<AudioUnit[]> {
  const bytes = await store.read(soundRow(track), k);
  const end = frames === null ? Number.POSITIVE_INFINITY : soundFrameFrom(endSeconds(plan, frames));
  const units: AudioUnit[] = [];
  let number = soundFrameAt(plan, k);
  for (let at = 0; number < end; number++) {
    const header = readAdts(bytes, at);
    if (!header) break;
    const data = bytes.subarray(at, at + header.sizeBytes);
    units.push({ kind: 'audio', pts: soundTicksOf(number), durationTicks: SOUND_FRAME_TICKS, data });
    at += header.sizeBytes;
  }
  return units;
}

const endSeconds = ({ rate }: GridPlan, frames: number): number => (frames * rate.den) / rate.num;

/** An ID3 tag with one PRIV frame of 33 bits of time in 8 bytes. */
function timestampTag(ticks: number): Buffer {
  const body = Buffer.alloc(TIMESTAMP_OWNER.length + 8);
  body.write(TIMESTAMP_OWNER, 'latin1');
  body.writeBigUInt64BE(BigInt(ticks) % 2n ** 33n, TIMESTAMP_OWNER.length);
  const frame = Buffer.alloc(10 + body.length);
  frame.write('PRIV', 'latin1');
  frame[7] = body.length;
  body.copy(frame, 10);
  return Buffer.concat([Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, frame.length]), frame]);
}
