import type { LiveRungSpec, RungEvent } from '../../../lib/contract/live-rungs.ts';
import type { Clock } from '../../core/clock.ts';
import { isAppError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Supervisor } from '../../media/ffmpeg/supervisor.ts';
import { describePicture } from '../../media/ts/describe.ts';
import type { Layout } from '../../media/ts/identity.ts';
import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';
import type { PictureInfo } from '../../media/ts/sps.ts';
import type { VideoUnit } from '../../media/ts/streams.ts';
import { Rung } from '../rungs/rung.ts';
import type { EncoderChoice, Governor, SourceFeed } from '../rungs/types.ts';
import { WaitRoom } from '../wait-room.ts';
import type { Schedule } from './schedule.ts';
import type { SegmentFile } from './segment-file.ts';
import { type Listed, lineOf, SegmentList } from './segment-list.ts';
import { SegmentStore } from './segment-store.ts';
import type { Slot } from './slot.ts';
import { type Segment, Track } from './track.ts';

export type RungOutputPorts = {
  channelId: string;
  clock: Clock;
  ffmpeg: Pick<Supervisor, 'start'>;
  log: Log;
  governor: Governor;
  encoders: EncoderChoice;
  folder: string;
  schedule: Schedule;
  feed(): SourceFeed | null;
  /** Media that a first list holds at least. */
  firstListS: number;
  targetDurationS(): number;
  programDateTimeMs(slot: Slot): number;
  onEvent(rung: LiveRungSpec['id'], event: RungEvent['event'], reason: string): void;
  onLine(slot: Slot, line: Listed): void;
};

const H264: NonNullable<Layout['video']> = { streamType: 27, descriptors: Buffer.alloc(0) };
/** A rung's pictures may stand this far from the source's cut: a frame rate that was converted, or a grid. */
const TOLERANCE_TICKS = 4500;
/**
 * A first list has two segments, so its encoder begins so many finished ones ago (media-decisions.md Q1); with short
 * ones some more, as players that are not given a few seconds halt before the next.
 */
const BURST_SLOTS = 2;
const BURST_TICKS = 6 * TICKS_PER_SECOND;

/** One quality of a channel: its encoder's pictures joined with the channel's sound, as segments and a list. */
export class RungOutput {
  readonly spec: LiveRungSpec;
  readonly rung: Rung;
  readonly list = new SegmentList();
  readonly #ports: RungOutputPorts;
  readonly #track: Track<SegmentFile>;
  readonly #store: SegmentStore;
  readonly #room = new WaitRoom();
  /** The slot its next picture is expected in. */
  #at = 0;
  /** It goes on from there when its encoder begins again. */
  #begun = false;
  /** Nothing has come of the encoder that began last. */
  #fresh = true;
  #picture: PictureInfo | null = null;

  constructor(spec: LiveRungSpec, ports: RungOutputPorts) {
    this.spec = spec;
    this.#ports = ports;
    this.#store = new SegmentStore(ports.folder, ports.log);
    this.#track = new Track(
      { open: () => this.#store.open(), onSegment: (segment) => this.#add(segment) },
      H264,
    );
    const { channelId, clock, ffmpeg, log, governor, encoders, feed } = ports;
    this.rung = new Rung(spec, {
      ...{ channelId, clock, ffmpeg, log, governor, encoders, feed },
      begin: () => this.#begin(),
      onUnit: (unit) => this.#onUnit(unit),
      onEvent: (event, reason) => ports.onEvent(spec.id, event, reason),
    });
  }

  /** What its pictures say of themselves; null before the first. */
  get picture(): PictureInfo | null {
    return this.#picture;
  }

  get waiting(): number {
    return this.#room.size;
  }

  /** An encoder runs, or is about to. */
  get isWanted(): boolean {
    return this.rung.isActive;
  }

  get isReady(): boolean {
    return this.list.isReady(this.#ports.firstListS);
  }

  /** Waits for a list that can be played; starts the encoder if need be. Throws QUALITY_UNAVAILABLE. */
  async whenReady(limitMs: number): Promise<void> {
    this.rung.want();
    if (!this.isReady) await this.#room.wait({ limitMs });
  }

  /** Goes on for viewers who are there already; where it is refused, the rung keeps the reason for their next request. */
  continue(): void {
    if (!this.rung.isIdle) return;
    try {
      this.rung.want();
    } catch (error) {
      if (!isAppError(error)) throw error;
    }
  }

  segment(number: number): Promise<Buffer | null> {
    return this.#store.get(number);
  }

  /** The slots' sound has moved on. */
  pump(): void {
    this.#track.pump();
  }

  /** `viewers` are those who ask for its list. */
  tick(nowMs: number, viewers: number): void {
    this.rung.tick(nowMs, viewers + this.#room.size);
    if (!this.isWanted) this.#refuseAll();
    if (!this.isWanted) this.#forgetStale();
  }

  refuse(reason: Error): void {
    this.#room.refuse(reason);
  }

  async close(): Promise<void> {
    await this.rung.close();
    await this.#store.close();
  }

  #refuseAll(): void {
    if (this.#room.size === 0) return;
    try {
      this.rung.want();
    } catch (error) {
      this.#room.refuse(error as Error);
    }
  }

  /** Whoever comes later would get a list of the past. */
  #forgetStale(): void {
    this.#dropOpen();
    if (!this.#begun || this.#ports.schedule.slot(this.#at)) return;
    this.#begun = false;
    this.list.clear();
    this.#store.dropBefore(Number.POSITIVE_INFINITY);
  }

  /** Goes on behind its last segment if that is not long ago. */
  #begin(): number {
    const { schedule } = this.#ports;
    const { slots } = schedule;
    const first = slots[firstOfCodec(slots)];
    // What was made of the codec before ends where the new one begins.
    for (let slot = schedule.slot(this.#at); slot && first && slot.number < first.number; ) {
      slot = schedule.slot(slot.number + 1);
      if (slot) this.#enter(slot);
    }
    this.#dropOpen();
    const goesOn = this.#begun ? schedule.slot(this.#at) : undefined;
    const from = goesOn ?? slots[burstFrom(slots)];
    if (!goesOn) this.list.clear();
    this.#begun = true;
    this.#fresh = true;
    this.#at = from?.number ?? schedule.nextNumber;
    return from?.startTicks ?? 0;
  }

  #enter(slot: Slot): void {
    this.#track.enter(slot);
    this.#at = slot.number;
  }

  #dropOpen(): void {
    const sink = this.#track.dropOpen();
    if (sink) this.#store.discard(sink);
  }

  #onUnit(unit: VideoUnit): void {
    const slot = this.#slotOf(unit);
    if (!slot) return;
    this.#enter(slot);
    this.#track.video(unit);
    if (unit.key) this.#picture = describePicture('h264', unit.data) ?? this.#picture;
    this.#track.pump();
  }

  /** Moves on to the slot of a picture; null for one before the first slot. */
  #slotOf(unit: VideoUnit): Slot | null {
    const { schedule } = this.#ports;
    const oldest = schedule.slots[0];
    if (!oldest) return null;
    // So far behind that the sound is gone: the list begins anew where there is some.
    if (this.#at < oldest.number) {
      this.#dropOpen();
      this.#fresh = true;
      this.#at = oldest.number;
    }
    for (let slot = schedule.slot(this.#at); slot; slot = schedule.slot(this.#at)) {
      const next = schedule.slot(slot.number + 1);
      if (!next || !isBeyond(unit, next)) return this.#enters(unit, slot) ? slot : null;
      this.#track.enter(slot);
      this.#enter(next);
    }
    return null;
  }

  /** The first picture of all is the keyframe of its slot; those before it only led there. */
  #enters(unit: VideoUnit, slot: Slot): boolean {
    this.#fresh &&= !isBeyond(unit, slot);
    return !this.#fresh;
  }

  #add({ slot, sink, independent }: Segment<SegmentFile>): void {
    sink.finish();
    const line = lineOf(slot, {
      uri: `${this.spec.id}_${slot.number}.ts`,
      sizeBytes: sink.sizeBytes,
      independent,
      programDateTimeMs: this.#ports.programDateTimeMs(slot),
    });
    this.#store.put(slot.number, sink);
    this.list.add(line);
    this.#store.dropBefore(this.list.slide(this.#ports.targetDurationS()));
    this.#ports.onLine(slot, line);
    if (this.isReady) this.#room.admit();
  }
}

/** True when a picture lies behind the beginning of a slot, whose keyframe comes within a frame of it. */
function isBeyond(unit: VideoUnit, slot: Slot): boolean {
  if (!slot.independent) return unit.pts >= slot.startTicks;
  return unit.pts >= slot.startTicks + (unit.key ? -TOLERANCE_TICKS : TOLERANCE_TICKS);
}

/** Where a first encoder begins. */
function burstFrom(slots: readonly Slot[]): number {
  const open = slots.length - 1;
  const isEnough = (slot: Slot) => slots[open]!.startTicks - slot.startTicks >= BURST_TICKS;
  const from = Math.min(open - BURST_SLOTS, slots.findLastIndex(isEnough));
  return Math.max(firstOfCodec(slots), from);
}

/** Where the pictures as they come now begin. */
const firstOfCodec = (slots: readonly Slot[]): number =>
  slots.findLastIndex((slot, at) => at === 0 || slots[at - 1]?.codec !== slot.codec);
