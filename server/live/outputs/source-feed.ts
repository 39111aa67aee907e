import { TsDemuxer } from '../../media/ts/demuxer.ts';
import { diff33, wrap33 } from '../../media/ts/packet.ts';
import { type AudioUnit, ownUnit, type VideoUnit } from '../../media/ts/streams.ts';
import type { SourceFeed } from '../rungs/types.ts';
import type { Slot } from './slot.ts';

type Past = { slot: Slot; bytes: Promise<Buffer | null> };

type Ports = {
  slots(): readonly Slot[];
  /** What the source's segment of a slot holds at this moment; null when there is none. */
  snapshot(slot: Slot): Promise<Buffer | null> | null;
  /** Pictures that came but are in no segment yet. */
  held(): VideoUnit[];
};

/** Gives encoders the source's pictures: from the segments on the disk first, then as they come. */
export class FeedSource {
  readonly #ports: Ports;
  readonly #followers = new Set<(unit: VideoUnit) => void>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** A picture of the source came; its bytes are lent. */
  push(unit: VideoUnit): void {
    for (const follower of this.#followers) follower(unit);
  }

  /** See `SourceFeed.follow`. */
  readonly follow: SourceFeed['follow'] = (fromTicks, take) => {
    const past = this.#past(fromTicks);
    const held = this.#ports.held();
    // What comes while the past is read waits behind it.
    let waiting: VideoUnit[] | null = [];
    let over = false;
    const follower = (unit: VideoUnit): void => {
      if (waiting) waiting.push(ownUnit(unit));
      else take(unit);
    };
    this.#followers.add(follower);
    const catchUp = async (): Promise<void> => {
      const start = new KeyframeBefore(fromTicks, (unit) => {
        if (!over) take(unit);
      });
      for (const { slot, bytes } of past) {
        const segment = await bytes;
        if (over) return;
        if (segment) replay(slot, segment, start);
      }
      for (const unit of held) start.push(unit);
      start.end();
      for (const unit of waiting ?? []) if (!over) take(unit);
      waiting = null;
    };
    void catchUp();
    return () => {
      over = true;
      this.#followers.delete(follower);
    };
  };

  /** The segments from the last keyframe before a time on, as they are now. */
  #past(fromTicks: number): Past[] {
    const slots = this.#ports.slots();
    const codec = slots.at(-1)?.codec;
    const hasKey = ({ firstKeyTicks }: Slot) => firstKeyTicks !== null && firstKeyTicks <= fromTicks;
    const from = slots.findLastIndex((slot) => slot.codec === codec && hasKey(slot));
    return slots.slice(Math.max(0, from)).flatMap((slot) => {
      if (slot.codec !== codec) return [];
      const bytes = this.#ports.snapshot(slot);
      return bytes ? [{ slot, bytes }] : [];
    });
  }
}

/** Lets pictures through from the last keyframe at or before a time on. */
class KeyframeBefore {
  readonly #fromTicks: number;
  readonly #give: (unit: VideoUnit) => void;
  #kept: VideoUnit[] | null = [];

  constructor(fromTicks: number, give: (unit: VideoUnit) => void) {
    this.#fromTicks = fromTicks;
    this.#give = give;
  }

  push(unit: VideoUnit): void {
    if (this.#kept === null) {
      this.#give(unit);
      return;
    }
    if (unit.key && (unit.pts <= this.#fromTicks || this.#kept.length === 0)) this.#kept = [];
    if (unit.key || this.#kept.length > 0) this.#kept.push(unit);
    if (unit.dts > this.#fromTicks) this.end();
  }

  end(): void {
    for (const unit of this.#kept ?? []) this.#give(unit);
    this.#kept = null;
  }
}

/** Reads one segment: its pictures go on, its sound goes back into the slot if that has not got it. */
function replay(slot: Slot, segment: Buffer, pictures: KeyframeBefore): void {
  const unwrap = (ticks: number) => slot.startTicks + diff33(ticks, wrap33(slot.startTicks));
  const sound: AudioUnit[] = [];
  const demuxer = new TsDemuxer({
    onUnit: (unit) => {
      if (unit.kind === 'audio') sound.push({ ...unit, pts: unwrap(unit.pts) });
      else pictures.push({ ...unit, pts: unwrap(unit.pts), dts: unwrap(unit.dts) });
    },
  });
  demuxer.push(segment);
  demuxer.flush();
  if (slot.whole) return;
  const kept = slot.sound[0]?.pts ?? Number.POSITIVE_INFINITY;
  slot.recalled = sound.filter((unit) => unit.pts < kept);
  slot.whole = true;
}
