import type { Layout } from '../../media/ts/identity.ts';
import type { PacketSink } from '../../media/ts/packet-sink.ts';
import { LONGEST_LAG_TICKS, PacketWriter } from '../../media/ts/packet-writer.ts';
import type { AudioUnit, VideoUnit } from '../../media/ts/streams.ts';
import { SegmentWriter } from './segment-writer.ts';
import type { Slot } from './slot.ts';

/** A finished segment of one quality. */
export type Segment<Sink> = {
  slot: Slot;
  /** Holds its packets. */
  sink: Sink;
  /** Begins with a keyframe. */
  independent: boolean;
};

type Ports<Sink> = {
  /** Somewhere to write the next segment. */
  open(): Sink;
  onSegment(segment: Segment<Sink>): void;
};

type Part<Sink> = {
  slot: Slot;
  sink: Sink;
  writer: SegmentWriter;
  /** How much of the slot's sound is written. */
  soundAt: number;
  /** Whether its first picture is a keyframe; null before that. */
  key: boolean | null;
  /** No more pictures come. */
  ended: boolean;
};

/**
 * The segments of one quality: its pictures, and beside them the sound of their slots. A segment is given out when its
 * pictures have ended and its slot's sound is complete.
 */
export class Track<Sink extends PacketSink> {
  readonly #ports: Ports<Sink>;
  /** Quality of its own pictures; null for the source, which tells them with each slot. */
  readonly #video: Layout['video'] | undefined;
  #packets: PacketWriter | null = null;
  /** Oldest first; pictures go into the last one. */
  #parts: Part<Sink>[] = [];
  /** Decoding time of the latest picture. */
  #reachedTicks = Number.NEGATIVE_INFINITY;

  /** `video` describes pictures that are not the source's own. */
  constructor(ports: Ports<Sink>, video?: Layout['video']) {
    this.#ports = ports;
    this.#video = video;
  }

  /** The slots it has not finished yet. */
  get slots(): Slot[] {
    return this.#parts.map(({ slot }) => slot);
  }

  /** The next picture belongs to this slot, so all before it have theirs. Also for slots without any picture. */
  enter(slot: Slot): void {
    if (this.#parts.at(-1)?.slot === slot) return;
    for (const part of this.#parts) part.ended = true;
    const layout = this.#video === undefined ? slot.layout : { ...slot.layout, video: this.#video };
    // Segments are not played as they are made, so their clock may stay back from the beginning.
    this.#packets ??= new PacketWriter(layout, { lagTicks: LONGEST_LAG_TICKS });
    this.#packets.changeLayout(layout);
    const sink = this.#ports.open();
    const writer = new SegmentWriter(this.#packets, sink);
    this.#parts.push({ slot, sink, writer, soundAt: 0, key: null, ended: false });
  }

  /** Writes a picture into the slot entered last. */
  video(unit: VideoUnit): void {
    const part = this.#parts.at(-1);
    if (!part) return;
    part.key ??= unit.key;
    part.writer.video(unit);
    this.#reachedTicks = unit.dts;
  }

  /** Writes the sound that is due, and gives out what is finished. */
  pump(): void {
    // One after the other, down to the last group of sound: the counters run on from each to the next.
    for (const part of [...this.#parts]) {
      this.#writeSound(part);
      if (part !== this.#parts[0] || !this.#isFinished(part)) continue;
      this.#parts.shift();
      part.writer.finish();
      this.#ports.onSegment({ slot: part.slot, sink: part.sink, independent: part.key !== false });
    }
  }

  /** Everything it was given is written, down to the last group of sound. */
  settle(): void {
    for (const { writer } of this.#parts) writer.finish();
  }

  /** What it has written of a slot so far. */
  sinkOf(slot: Slot): Sink | null {
    return this.#parts.find((part) => part.slot === slot)?.sink ?? null;
  }

  /** The slots' sound that is written here is needed nowhere else. */
  releaseSound(): void {
    for (const part of this.#parts) {
      if (part.soundAt === 0) continue;
      part.slot.sound.splice(0, part.soundAt);
      part.soundAt = 0;
    }
  }

  /** Lets go of the segment whose pictures are half made, and hands it back. */
  dropOpen(): Sink | null {
    const part = this.#parts.at(-1);
    if (!part || part.ended) return null;
    this.#parts.pop();
    part.writer.takeBack();
    return part.sink;
  }

  #writeSound(part: Part<Sink>): void {
    const { slot, writer } = part;
    for (let unit = this.#next(part); unit; unit = this.#next(part)) {
      if (!part.ended && slot.layout.video !== null && unit.pts > this.#reachedTicks) return;
      writer.audio(unit);
      part.soundAt++;
    }
  }

  #next({ slot, soundAt }: Part<Sink>): AudioUnit | undefined {
    // The source's own segments hold what was recalled.
    if (this.#video === undefined) return slot.sound[soundAt];
    const { recalled, sound } = slot;
    return soundAt < recalled.length ? recalled[soundAt] : sound[soundAt - recalled.length];
  }

  #isFinished({ slot, ended, soundAt }: Part<Sink>): boolean {
    const count = slot.sound.length + (this.#video === undefined ? 0 : slot.recalled.length);
    return ended && slot.complete && soundAt === count;
  }
}
