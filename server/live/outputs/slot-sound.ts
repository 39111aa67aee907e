import type { Layout } from '../../media/ts/identity.ts';
import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';
import { silentFrameLike } from '../../media/ts/silence.ts';
import type { AudioUnit } from '../../media/ts/streams.ts';
import type { Slot } from './slot.ts';

type Ports = {
  nowMs(): number;
  /** How long a finished picture waits for its sound, if not 1.5 s: longer while a converter still owes some. */
  soundWaitMs?(): number;
};

/** How long a finished picture waits for its sound (media-decisions.md Q1). */
const SOUND_WAIT_MS = 1500;
const KEPT_SOUND_TICKS = 60 * TICKS_PER_SECOND;
/** Sound may begin this much before the end of what stands before it. */
const OVERLAP_TICKS = 450;

/** Puts each frame of sound into the slot its PTS lies in; where sound is missing there comes silence. */
export class SlotSound {
  readonly #ports: Ports;
  readonly #slots: readonly Slot[];
  /** Sound that may belong behind a cut that has not come yet. */
  #pending: AudioUnit[] = [];
  /** Fills the place of sound that does not come: players halt at a hole in it. */
  #silence: AudioUnit | null = null;
  #filled = false;
  /** Where the sound ends that has come; null before the first. */
  endTicks: number | null = null;

  /** `slots` are those of the schedule, oldest first. */
  constructor(slots: readonly Slot[], ports: Ports) {
    this.#slots = slots;
    this.#ports = ports;
  }

  /** The next sound has other parameters. */
  changed(): void {
    this.#silence = null;
  }

  add(unit: AudioUnit): void {
    if (this.#filled) {
      if (unit.pts < this.endTicks! - OVERLAP_TICKS) return;
      this.#pending.push(...this.#silenceUntil(unit.pts - OVERLAP_TICKS));
      this.#filled = false;
    }
    this.#silence ??= silenceLike(unit);
    this.endTicks = unit.pts + (unit.durationTicks ?? 0);
    this.#pending.push(unit);
  }

  /** Gives out the sound whose slot is certain: no later cut lies before `reachedTicks`. */
  place(reachedTicks: number): void {
    let placed = 0;
    for (const unit of this.#pending) {
      const slot = this.#slotOf(unit.pts, reachedTicks);
      if (slot === 'later') break;
      slot?.sound.push(unit);
      placed++;
    }
    if (placed > 0) this.#pending.splice(0, placed);
  }

  /** Completes slots whose end the sound has reached, or that have waited for it long enough. True when there was one. */
  complete(layout: Layout): boolean {
    const waitMs = this.#ports.soundWaitMs?.() ?? SOUND_WAIT_MS;
    let found = false;
    for (const slot of this.#slots) {
      if (slot.complete) continue;
      const { endTicks } = slot;
      if (endTicks === null) break;
      const reached = layout.audio === null || (this.endTicks !== null && this.endTicks >= endTicks);
      if (!reached && this.#ports.nowMs() - slot.closedAtMs < waitMs) break;
      this.#finish(slot, endTicks, layout);
      found = true;
    }
    return found;
  }

  #finish(slot: Slot, endTicks: number, layout: Layout): void {
    const silent = layout.video && layout.audio ? this.#silenceUntil(endTicks) : [];
    this.#filled ||= silent.length > 0;
    slot.sound.push(...silent.filter((unit) => unit.pts >= slot.startTicks));
    slot.complete = true;
    this.#pending = this.#pending.filter((unit) => unit.pts < endTicks + KEPT_SOUND_TICKS);
  }

  /** The slot a time lies in; null when that is complete already or there never was one. */
  #slotOf(ticks: number, reachedTicks: number): Slot | 'later' | null {
    for (const slot of this.#slots) {
      if (slot.endTicks === null) return ticks > reachedTicks ? 'later' : inside(slot, ticks);
      if (ticks < slot.endTicks) return inside(slot, ticks);
    }
    return 'later';
  }

  /** Frames of silence that begin where the sound ended, up to a time. */
  #silenceUntil(endTicks: number): AudioUnit[] {
    const silence = this.#silence;
    const frames: AudioUnit[] = [];
    if (!silence?.durationTicks || this.endTicks === null) return frames;
    for (; this.endTicks < endTicks; this.endTicks += silence.durationTicks)
      frames.push({ ...silence, pts: Math.round(this.endTicks) });
    return frames;
  }
}

const inside = (slot: Slot, ticks: number): Slot | null =>
  ticks < slot.startTicks || slot.complete ? null : slot;

/** Owns its bytes: a frame is a part of much more memory. */
function silenceLike(unit: AudioUnit): AudioUnit | null {
  const data = silentFrameLike(unit.data);
  return data && unit.durationTicks ? { ...unit, data } : null;
}
