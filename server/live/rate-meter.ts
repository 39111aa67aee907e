/** Bytes in all and bits per second over the last seconds; what comes in pieces needs a window longer than these. */
export class RateMeter {
  readonly #windowMs: number;
  #totalBytes = 0;
  readonly #marks: { atMs: number; totalBytes: number }[] = [];

  constructor(windowMs = 5000) {
    this.#windowMs = windowMs;
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  add(sizeBytes: number): void {
    this.#totalBytes += sizeBytes;
  }

  /** Takes a reading; to be called a few times a second. */
  mark(nowMs: number): void {
    this.#marks.push({ atMs: nowMs, totalBytes: this.#totalBytes });
    while (this.#marks.length > 2 && this.#marks[1]!.atMs < nowMs - this.#windowMs) this.#marks.shift();
  }

  bitsPerSecond(nowMs: number): number {
    const first = this.#marks[0];
    if (!first || nowMs - first.atMs < 100) return 0;
    return Math.round(((this.#totalBytes - first.totalBytes) * 8000) / (nowMs - first.atMs));
  }
}
