import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { LRUCache } from 'lru-cache';
import { singleFlight } from '../core/single-flight.ts';
import type { MediaFile } from './ports.ts';

export type SegmentCacheStats = {
  enabled: boolean;
  items: number;
  sizeBytes: number;
  hits: number;
  misses: number;
};

/** Whole segments in memory, the least used leave first; each file is read once however many ask at the same time. */
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

  /** The bytes of an immutable file; the ETag is part of the key, so a file made anew is never mixed with the old one. */
  async get(file: MediaFile): Promise<Buffer> {
    const key = `${file.path}|${file.etag}`;
    const known = this.#cache?.get(key);
    if (known) {
      this.#hits++;
      return known;
    }
    this.#misses++;
    return this.#once(key, async () => {
      const bytes = await readFile(file.path);
      this.#cache?.set(key, bytes);
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
