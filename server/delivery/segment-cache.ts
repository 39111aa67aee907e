import os from 'node:os';
import { LRUCache } from 'lru-cache';
import { singleFlight } from '../core/single-flight.ts';

export type SegmentCacheStats = {
  enabled: boolean;
  items: number;
  sizeBytes: number;
  hits: number;
  misses: number;
};

/** Whole segments in memory, the least used leave first; each is put together once however many ask at the same time. */
export class SegmentCache {
  readonly #cache: LRUCache<string, Buffer> | null;
  readonly #once = singleFlight<Buffer>();
  #hits = 0;
  #misses = 0;

  constructor(options: { enabled: boolean; sizeBytes: number }) {
    const maxSize = Math.min(options.sizeBytes, Math.floor(os.totalmem() / 4));
    const on = options.enabled && maxSize > 0;
    this.#cache = on
      ? new LRUCache({
          maxSize,
          maxEntrySize: Math.max(1, Math.floor(maxSize / 8)),
          sizeCalculation: (b) => b.length || 1,
        })
      : null;
  }

  /** A segment that is here; its name holds the generation, so one made anew is never mixed with an old one. */
  find(name: string): Buffer | null {
    const known = this.#cache?.get(name) ?? null;
    if (known) this.#hits++;
    else this.#misses++;
    return known;
  }

  /** Keeps what `load` brings. */
  load(name: string, load: () => Promise<Buffer>): Promise<Buffer> {
    return this.#once(name, async () => {
      const bytes = await load();
      this.#cache?.set(name, bytes);
      return bytes;
    });
  }

  stats(): SegmentCacheStats {
    return {
      enabled: this.#cache !== null,
      items: this.#cache?.size ?? 0,
      sizeBytes: this.#cache?.calculatedSize ?? 0,
      hits: this.#hits,
      misses: this.#misses,
    };
  }
}
