const WINDOW_MS = 5000;

/** Bytes in all and bits per second over the last five seconds. */
export class RateMeter {
  #totalBytes = 0;
  readonly #marks: { atMs: number; totalBytes: number }[] = [];

  get totalBytes(): number {
    return this.#totalBytes;
  }

  add(sizeBytes: number): void {
    this.#totalBytes += sizeBytes;
  }

  /** Takes a reading; to be called a few times a second. */
  mark(nowMs: number): void {
    this.#marks.push({ atMs: nowMs, totalBytes: this.#totalBytes });
    while (this.#marks.length > 2 && this.#marks[1]!.atMs < nowMs - WINDOW_MS) this.#marks.shift();
  }

  bitsPerSecond(nowMs: number): number {
    const first = this.#marks[0];
    if (!first || nowMs - first.atMs < 100) return 0;
    return Math.round(((this.#totalBytes - first.totalBytes) * 8000) / (nowMs - first.atMs));
  }
}
