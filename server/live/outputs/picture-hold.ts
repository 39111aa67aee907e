import { ownUnit, type VideoUnit } from '../../media/ts/streams.ts';
import type { Slot } from './slot.ts';

type Held = { unit: VideoUnit; slot: Slot; sinceMs: number };

/** Longest time that a picture is kept back for its sound. */
const LONGEST_HOLD_MS = 1000;

/**
 * Keeps pictures back until their sound is there, when that comes out of a converter half a second late: players that
 * look only into the beginning of a stream would not find its sound otherwise.
 */
export class PictureHold {
  readonly #give: (unit: VideoUnit, slot: Slot) => void;
  #held: Held[] = [];

  constructor(give: (unit: VideoUnit, slot: Slot) => void) {
    this.#give = give;
  }

  get units(): VideoUnit[] {
    return this.#held.map(({ unit }) => unit);
  }

  /** Takes a picture; with `late` sound it waits, else it goes on at once, behind those that still wait. */
  push(unit: VideoUnit, slot: Slot, late: boolean, nowMs: number): void {
    if (!late && this.#held.length === 0) {
      this.#give(unit, slot);
      return;
    }
    this.#held.push({ unit: ownUnit(unit), slot, sinceMs: nowMs });
  }

  /** Lets go of the pictures whose sound is there, or that have waited long enough. */
  release(soundTicks: number | null, late: boolean, nowMs: number): void {
    if (this.#held.length === 0) return;
    let count = 0;
    for (const { unit, slot, sinceMs } of this.#held) {
      const due = (soundTicks !== null && soundTicks >= unit.dts) || nowMs - sinceMs >= LONGEST_HOLD_MS;
      if (late && !due) break;
      this.#give(unit, slot);
      count++;
    }
    if (count > 0) this.#held.splice(0, count);
  }
}
