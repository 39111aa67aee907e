import type { StreamDetail } from '../../lib/contract/streams.ts';

const STEP_MS = 2000;
const MOST = 90;

/** Readings of the last three minutes, for small charts. */
export class History {
  #nextAtMs = 0;
  readonly #in: number[] = [];
  readonly #out: number[] = [];
  readonly #viewers: number[] = [];

  /** Takes a reading when one is due. */
  tick(nowMs: number, read: () => { inBits: number; outBits: number; viewers: number }): void {
    if (nowMs < this.#nextAtMs) return;
    this.#nextAtMs = nowMs + STEP_MS;
    const { inBits, outBits, viewers } = read();
    add(this.#in, inBits);
    add(this.#out, outBits);
    add(this.#viewers, viewers);
  }

  get samples(): StreamDetail['samples'] {
    return {
      step_seconds: STEP_MS / 1000,
      in_bits_per_second: [...this.#in],
      out_bits_per_second: [...this.#out],
      viewers: [...this.#viewers],
    };
  }
}

function add(row: number[], value: number): void {
  row.push(value);
  if (row.length > MOST) row.shift();
}
