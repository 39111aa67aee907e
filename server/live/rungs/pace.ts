import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';

type Sample = { atMs: number; ticks: number };

const SAMPLE_EVERY_MS = 200;
const WINDOW_MS = 3000;
/** Less says nothing. */
const SHORTEST_MS = 500;

/** How many seconds of picture come out in a second, over the last three. */
export class Pace {
  #samples: Sample[] = [];
  #newest = 0;

  note(atMs: number, ticks: number): void {
    this.#newest = ticks;
    const last = this.#samples.at(-1);
    if (last && atMs - last.atMs < SAMPLE_EVERY_MS) return;
    this.#samples.push({ atMs, ticks });
  }

  speed(nowMs: number): number | null {
    while (this.#samples[1] && nowMs - this.#samples[1].atMs > WINDOW_MS) this.#samples.shift();
    const oldest = this.#samples[0];
    if (!oldest || nowMs - oldest.atMs < SHORTEST_MS) return null;
    return ((this.#newest - oldest.ticks) * 1000) / TICKS_PER_SECOND / (nowMs - oldest.atMs);
  }
}
