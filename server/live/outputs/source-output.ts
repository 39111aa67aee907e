import type { Log } from '../../core/log.ts';
import type { VideoUnit } from '../../media/ts/streams.ts';
import { PictureHold } from './picture-hold.ts';
import type { Schedule } from './schedule.ts';
import type { SegmentFile } from './segment-file.ts';
import { SegmentStore } from './segment-store.ts';
import type { Slot } from './slot.ts';
import { type Segment, Track } from './track.ts';

type Ports = {
  folder: string;
  log: Log;
  schedule: Schedule;
  nowMs(): number;
  /** The sound comes out of a converter, behind its pictures. */
  soundIsLate(): boolean;
  /** A segment is finished and stored. */
  onSegment(slot: Slot, facts: { sizeBytes: number; independent: boolean }): void;
};

/** The source's own pictures as segments: what its viewers get, and what encoders of other qualities begin with. */
export class SourceOutput {
  readonly #ports: Ports;
  readonly #track: Track<SegmentFile>;
  readonly #hold: PictureHold;
  readonly #store: SegmentStore;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#store = new SegmentStore(ports.folder, ports.log);
    this.#track = new Track({
      open: () => this.#store.open(),
      onSegment: (segment) => this.#add(segment),
    });
    this.#hold = new PictureHold((unit, slot) => {
      this.#track.enter(slot);
      this.#track.video(unit);
    });
  }

  /** The slots it has not finished yet. */
  get slots(): Slot[] {
    return this.#track.slots;
  }

  /** Pictures that came but are not written yet. */
  get held(): VideoUnit[] {
    return this.#hold.units;
  }

  video(unit: VideoUnit, slot: Slot): void {
    const { soundIsLate, nowMs } = this.#ports;
    this.#hold.push(unit, slot, soundIsLate(), nowMs());
  }

  /** A slot without pictures begins: the channel has sound alone. */
  enter(slot: Slot): void {
    this.#track.enter(slot);
  }

  /** The sound has moved on, or time. */
  pump(): void {
    const { schedule, soundIsLate, nowMs } = this.#ports;
    this.#hold.release(schedule.soundTicks, soundIsLate(), nowMs());
    this.#track.pump();
    if (!schedule.keepSound) this.#track.releaseSound();
  }

  /** What the segment of a slot holds now; null when there is none. */
  snapshot(slot: Slot): Promise<Buffer | null> | null {
    this.#track.settle();
    const file = this.#track.sinkOf(slot) ?? this.#store.file(slot.number);
    return file ? file.snapshot() : null;
  }

  segment(number: number): Promise<Buffer | null> {
    return this.#store.get(number);
  }

  dropBefore(number: number): void {
    this.#store.dropBefore(number);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #add({ slot, sink, independent }: Segment<SegmentFile>): void {
    sink.finish();
    // It stands in the segment now, from where it is read again if need be.
    if (!this.#ports.schedule.keepSound) slot.sound = [];
    this.#store.put(slot.number, sink);
    this.#ports.onSegment(slot, { sizeBytes: sink.sizeBytes, independent });
  }
}
