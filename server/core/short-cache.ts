import { LRUCache } from 'lru-cache';

type Options = { freshMs: number; staleMs: number; max: number; nowMs: () => number };
type Entry<T> = { value: T; atMs: number; fresh: boolean };

/**
 * Answers of something slow, kept for a moment: everybody who asks meanwhile shares one answer. When the slow thing
 * fails, the last answer goes on to be true for a while, so that what runs goes on without it.
 */
export class ShortCache<T> {
  readonly #load: (key: string) => Promise<T>;
  readonly #options: Options;
  readonly #known: LRUCache<string, Entry<T>>;
  readonly #loading = new Map<string, Promise<T>>();
  #epoch = 0;

  constructor(load: (key: string) => Promise<T>, options: Options) {
    this.#load = load;
    this.#options = options;
    this.#known = new LRUCache({ max: options.max });
  }

  async get(key: string): Promise<T> {
    const known = this.#known.get(key);
    const ageMs = known ? this.#options.nowMs() - known.atMs : Number.POSITIVE_INFINITY;
    if (known?.fresh && ageMs < this.#options.freshMs) return known.value;
    try {
      return await (this.#loading.get(key) ?? this.#begin(key));
    } catch (error) {
      if (known && ageMs < this.#options.staleMs) return known.value;
      throw error;
    }
  }

  /** What is known may be wrong now: the next one who asks gets a new answer. */
  expire(): void {
    this.#epoch++;
    this.#loading.clear();
    for (const entry of this.#known.values()) entry.fresh = false;
  }

  #begin(key: string): Promise<T> {
    const epoch = this.#epoch;
    const loading = this.#load(key)
      .then((value) => {
        // An answer that was on its way when things changed is given out, but not kept.
        if (epoch === this.#epoch) this.#known.set(key, { value, atMs: this.#options.nowMs(), fresh: true });
        return value;
      })
      .finally(() => {
        if (this.#loading.get(key) === loading) this.#loading.delete(key);
      });
    this.#loading.set(key, loading);
    return loading;
  }
}
