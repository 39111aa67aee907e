import type { Clock } from '../../../core/clock.ts';

/**
 * How long may be waited for bytes, in all and at a stretch. Only waiting counts: while the reader itself holds a fast
 * source back, no time passes here.
 */
export class Patience {
  readonly #clock: Clock;
  readonly #silenceMs: number;
  leftMs: number;

  constructor(clock: Clock, options: { wholeMs: number; silenceMs: number }) {
    this.#clock = clock;
    this.leftMs = options.wholeMs;
    this.#silenceMs = options.silenceMs;
  }

  get spent(): boolean {
    return this.leftMs <= 0;
  }

  /** Longest single wait from here, in ms. */
  get nextMs(): number {
    return Math.max(1, Math.min(this.leftMs, this.#silenceMs));
  }

  /** Waits for one answer; `onLate` has to make it fail when it takes too long. */
  async wait<T>(answer: Promise<T>, onLate: () => void, limitMs = this.nextMs): Promise<T> {
    const begunMs = this.#clock.monotonicMs();
    const timer = setTimeout(onLate, Math.max(1, Math.min(limitMs, this.leftMs)));
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
      this.leftMs -= this.#clock.monotonicMs() - begunMs;
    }
  }
}
