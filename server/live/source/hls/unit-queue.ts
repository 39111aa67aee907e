import type { Program, Unit } from '../../../media/ts/streams.ts';

/** Which list something comes from: the variant, or its sound when that has a list of its own. */
export type Role = 'main' | 'sound';

/** Units of one track, and where in their row the streams change. */
export type Item = Unit | { kind: 'program'; role: Role; program: Program };

/** A row of units that knows how much it holds. */
export class UnitQueue {
  #items: Item[] = [];
  #from = 0;
  sizeBytes = 0;
  /** Decoding time of the unit that came last, in ticks. */
  newest: number | null = null;

  get head(): Item | undefined {
    return this.#items[this.#from];
  }

  push(item: Item): void {
    this.#items.push(item);
    if (item.kind === 'program') return;
    this.sizeBytes += item.data.length;
    this.newest = item.kind === 'video' ? item.dts : item.pts;
  }

  take(): Item | undefined {
    const item = this.#items[this.#from++];
    if (this.#from > 500 || this.#from >= this.#items.length) {
      this.#items = this.#items.slice(this.#from);
      this.#from = 0;
    }
    if (item && item.kind !== 'program') this.sizeBytes -= item.data.length;
    return item;
  }
}
