type Sample = { atMs: number; bytes: number };

const WINDOW_MS = 6000;
const MIN_SPAN_MS = 800;

/** Speed over the last seconds, so that neither a pause nor a burst long ago counts. */
export class Meter {
  #samples: Sample[] = [];

  add(atMs: number, bytes: number): void {
    const last = this.#samples.at(-1);
    if (last && bytes < last.bytes) this.#samples = [];
    this.#samples.push({ atMs, bytes });
    while (this.#samples.length > 2 && atMs - (this.#samples[1]?.atMs ?? atMs) > WINDOW_MS)
      this.#samples.shift();
  }

  reset(): void {
    this.#samples = [];
  }

  /** Bytes a second; null until there is enough to say. */
  rate(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.atMs - first.atMs < MIN_SPAN_MS) return null;
    return ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs);
  }
}

/** Seconds for the rest at this speed; null when it does not move. */
export const secondsLeft = (leftBytes: number, bytesPerSecond: number | null): number | null =>
  bytesPerSecond === null || bytesPerSecond < 1 ? null : leftBytes / bytesPerSecond;

type Part = { sizeBytes: number; sentBytes: number };

/** 0..1 of the bytes of several files. */
export const shareOf = (parts: readonly Part[]): number => {
  const size = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  const sent = parts.reduce((sum, part) => sum + part.sentBytes, 0);
  return size === 0 ? 0 : Math.min(1, sent / size);
};
