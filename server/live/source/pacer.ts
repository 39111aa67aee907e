/** Media a source may bring at line rate when it begins, so that the first segments are there at once. */
const BURST_MS = 8000;
/** Media it may bring at once later, after it was late. */
const LEAD_MS = 1500;
/** A little faster than time, so that a source with a fast clock is never held back for long. */
const RATE = 1.001;

/**
 * Holds sources that send faster than they play (files, bursts, HLS segments) to the pace of time: a bucket of media
 * time that refills as time passes. Without it one burst would push every viewer out of the ring.
 */
export class Pacer {
  #budgetMs = BURST_MS;
  #bursting = true;
  #atMs: number;
  #mediaMs: number | null = null;

  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  /** Tells how far the media has come; answers how long to wait before reading on. */
  waitMs(nowMs: number, mediaMs: number | null): number {
    const passedMs = (nowMs - this.#atMs) * RATE;
    this.#atMs = nowMs;
    const spentMs = mediaMs === null || this.#mediaMs === null ? 0 : Math.max(0, mediaMs - this.#mediaMs);
    if (mediaMs !== null) this.#mediaMs = mediaMs;
    this.#budgetMs = Math.min(this.#budgetMs + passedMs, this.#bursting ? BURST_MS : LEAD_MS) - spentMs;
    if (this.#budgetMs <= 0) this.#bursting = false;
    return this.#budgetMs < 0 ? -this.#budgetMs / RATE : 0;
  }
}
