import { describePicture } from '../../media/ts/describe.ts';
import type { Layout } from '../../media/ts/identity.ts';
import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';
import type { PictureInfo } from '../../media/ts/sps.ts';
import type { AudioUnit, VideoCodec, VideoUnit } from '../../media/ts/streams.ts';
import { gridCutTicks, shouldCut, targetOf } from './cut-rule.ts';
import type { Slot } from './slot.ts';
import { SlotSound } from './slot-sound.ts';

/** What the pictures and the sound are from now on. */
export type Program = {
  /** As browsers get it: the source's pictures, sound always AAC. */
  layout: Layout;
  codec: VideoCodec | null;
  /** Cuts lie on multiples of this, for sources whose own segments nobody can play; null: at the source's keyframes. */
  gridTicks: number | null;
};

type Ports = {
  targetS: number;
  /** Number of the first slot. */
  firstNumber: number;
  nowMs(): number;
  /** Longest segment the published target duration allows; null while nothing is published. */
  limitS(): number | null;
  soundWaitMs?(): number;
};

const LONGEST_UNPUBLISHED_S = 12;
/** Longer than a segment may be when its list rounds it (RFC 8216 §4.3.3.1), less one picture. */
const LIMIT_SLACK_S = 0.4;

/**
 * Decides where all qualities of a channel are cut, and which sound each segment gets: at keyframes of the source near
 * the target length, or on a grid of time; sound by its PTS.
 */
export class Schedule {
  readonly #ports: Ports;
  readonly #sound: SlotSound;
  /** Oldest first; the last one is open. */
  readonly slots: Slot[] = [];
  #program: Program;
  /** Decoding time of the latest picture: no later cut lies before it. */
  #reachedTicks = Number.NEGATIVE_INFINITY;
  #nextNumber: number;
  #breaks = 0;
  #madeS = 0;
  #lastKeyTicks: number | null = null;
  #gopTicks: number[] = [];
  #picture: PictureInfo | null = null;
  #breakDue = false;
  /** New slots keep their sound from the beginning, for qualities that come after the source's own. */
  keepSound = false;
  longestGopS = 0;
  cutsWithoutKeyframe = 0;

  constructor(program: Program, ports: Ports) {
    this.#program = program;
    this.#ports = ports;
    this.#nextNumber = ports.firstNumber;
    this.#sound = new SlotSound(this.slots, ports);
  }

  get picture(): PictureInfo | null {
    return this.#picture;
  }

  get program(): Program {
    return this.#program;
  }

  get nextNumber(): number {
    return this.#nextNumber;
  }

  /** How far the sound has come; null before the first. */
  get soundTicks(): number | null {
    return this.#sound.endTicks;
  }

  slot(number: number): Slot | undefined {
    return this.slots[number - (this.slots[0]?.number ?? 0)];
  }

  /** Another source begins with the next unit. */
  splice(program: Program, soundChanged: boolean): void {
    const before = this.#program;
    this.#program = program;
    if (soundChanged) this.#sound.changed();
    // Another map of the program is only read at the start of a segment.
    this.#breakDue ||= soundChanged || typesOf(before) !== typesOf(program);
    this.#lastKeyTicks = null;
    if (before.codec !== program.codec) this.#picture = null;
  }

  /** The sound turned into another; lists tell of it at the next keyframe. */
  soundChanged(): void {
    this.#sound.changed();
    this.#breakDue = true;
  }

  /** The slot a picture of the source belongs to, opened now if need be; null before the first keyframe. */
  video(unit: VideoUnit): Slot | null {
    const { gridTicks } = this.#program;
    if (unit.key) this.#keyframe(unit);
    else if (gridTicks === null) this.#cutTooLong(unit);
    if (gridTicks !== null) this.#cutOnGrid(unit, gridTicks);
    const slot = this.slots.at(-1) ?? null;
    if (slot && unit.key) slot.firstKeyTicks ??= unit.pts;
    return slot;
  }

  /** The pictures have come so far in decoding time. True when a slot is complete now. */
  reach(ticks: number): boolean {
    this.#reachedTicks = ticks;
    this.#sound.place(ticks);
    return this.#complete();
  }

  audio(unit: AudioUnit): void {
    this.#sound.add(unit);
    if (this.#program.layout.video === null) {
      this.#cutSoundAlone(unit);
      this.#reachedTicks = unit.pts;
    }
    this.#sound.place(this.#reachedTicks);
    this.#complete();
  }

  /** Looks whether a slot has waited long enough for its sound. */
  tick(): boolean {
    return this.#complete();
  }

  /** Nobody needs the slots before this one any more. */
  forgetBefore(number: number): void {
    while (this.slots.length > 1 && this.slots[0]!.number < number && this.slots[0]!.complete)
      this.slots.shift();
  }

  /** No quality but the source's needs sound any more; it still works on the slots that are `unfinished`. */
  releaseSound(unfinished: readonly Slot[]): void {
    this.keepSound = false;
    for (const slot of this.slots) {
      slot.recalled = [];
      slot.whole = false;
      if (slot.complete && !unfinished.includes(slot)) slot.sound = [];
    }
  }

  #complete(): boolean {
    return this.#sound.complete(this.#program.layout);
  }

  #keyframe(unit: VideoUnit): void {
    if (this.#program.gridTicks === null) this.#learnGop(unit.pts);
    const discontinuity = this.#look(unit);
    const open = this.slots.at(-1);
    if (!open || discontinuity) {
      this.#cut(unit.pts, true, open !== undefined && discontinuity);
      return;
    }
    if (this.#program.gridTicks !== null) return;
    const elapsedS = (unit.pts - open.startTicks) / TICKS_PER_SECOND;
    const targetS = targetOf(this.#madeS, this.#ports.targetS);
    if (shouldCut({ elapsedS, gopS: this.#gopS(), targetS })) this.#cut(unit.pts, true, false);
  }

  #cutOnGrid(unit: VideoUnit, gridTicks: number): void {
    const open = this.slots.at(-1);
    if (!open) return;
    const targetS = targetOf(this.#madeS, this.#ports.targetS);
    const at = gridCutTicks(open.startTicks, targetS, gridTicks);
    // Pictures come in decoding order: none before `at` follows on this one.
    if (unit.dts >= at) this.#cut(at, true, false);
  }

  /** No keyframe comes before the list's target duration: cut without one, and count it. */
  #cutTooLong(unit: VideoUnit): void {
    const open = this.slots.at(-1);
    if (!open) return;
    const elapsedS = (unit.pts - open.startTicks) / TICKS_PER_SECOND;
    const limitS = this.#ports.limitS();
    const longest = limitS === null ? LONGEST_UNPUBLISHED_S : limitS + LIMIT_SLACK_S;
    if (elapsedS < longest) return;
    this.cutsWithoutKeyframe++;
    this.#cut(unit.pts, false, false);
  }

  #cutSoundAlone(unit: AudioUnit): void {
    const open = this.slots.at(-1);
    if (!open) {
      this.#cut(unit.pts, true, false);
      return;
    }
    const elapsedS = (unit.pts - open.startTicks) / TICKS_PER_SECOND;
    if (elapsedS < targetOf(this.#madeS, this.#ports.targetS)) return;
    const discontinuity = this.#breakDue;
    this.#breakDue = false;
    this.#cut(unit.pts, true, discontinuity);
  }

  /** Ends the open slot and begins the next one. */
  #cut(ticks: number, independent: boolean, discontinuity: boolean): void {
    const open = this.slots.at(-1);
    if (open) {
      open.endTicks = ticks;
      open.closedAtMs = this.#ports.nowMs();
      this.#madeS += (ticks - open.startTicks) / TICKS_PER_SECOND;
    }
    this.slots.push({
      number: this.#nextNumber++,
      startTicks: ticks,
      endTicks: null,
      closedAtMs: 0,
      layout: this.#program.layout,
      codec: this.#program.codec,
      firstKeyTicks: null,
      independent,
      discontinuity,
      breaksBefore: this.#breaks,
      sound: [],
      recalled: [],
      whole: this.keepSound,
      complete: false,
    });
    if (discontinuity) this.#breaks++;
  }

  #learnGop(pts: number): void {
    if (this.#lastKeyTicks !== null && pts > this.#lastKeyTicks) {
      const ticks = pts - this.#lastKeyTicks;
      this.#gopTicks = [...this.#gopTicks, ticks].slice(-8);
      this.longestGopS = Math.max(this.longestGopS, ticks / TICKS_PER_SECOND);
    }
    this.#lastKeyTicks = pts;
  }

  /** The latest distance of keyframes that is usual: the median of the last eight. */
  #gopS(): number {
    const sorted = [...this.#gopTicks].sort((a, b) => a - b);
    return (sorted[Math.floor(sorted.length / 2)] ?? 0) / TICKS_PER_SECOND;
  }

  /** True when this keyframe says something else of its picture than the last one did, or the sound changed. */
  #look(unit: VideoUnit): boolean {
    const before = this.#picture;
    const { codec, gridTicks } = this.#program;
    const picture = (codec && describePicture(codec, unit.data)) ?? before;
    this.#picture = picture;
    // On the grid nobody gets the source's own pictures: the qualities stay as they are.
    const changed = before !== null && picture !== null && gridTicks === null && differs(before, picture);
    const discontinuity = changed || this.#breakDue;
    this.#breakDue = false;
    return discontinuity;
  }
}

const differs = (a: PictureInfo, b: PictureInfo): boolean =>
  a.width !== b.width || a.height !== b.height || a.codecString !== b.codecString;

const typesOf = ({ layout }: Program): string => `${layout.video?.streamType}/${layout.audio?.streamType}`;
