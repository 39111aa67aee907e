/** Connections of one stream or account: those open now, the most at once, and all that there were. */
export type Count = { open: number; peak: number; total: number; refused: number };

/** Counts what is open, by name. */
export class Counts {
  readonly #counts = new Map<string, Count>();

  of(name: string): Count {
    const count = this.#counts.get(name) ?? { open: 0, peak: 0, total: 0, refused: 0 };
    this.#counts.set(name, count);
    return count;
  }

  /** One more under each of these names; the answer takes it back, once. */
  enter(names: readonly string[]): () => void {
    for (const name of names) {
      const count = this.of(name);
      count.total++;
      count.peak = Math.max(count.peak, ++count.open);
    }
    let left = false;
    return () => {
      if (left) return;
      left = true;
      for (const name of names) this.of(name).open--;
    };
  }
}
