import type { Slab } from './slabs.ts';

/** Bytes that are sent together; with `key` they begin with PAT, PMT and a keyframe. */
export type Block = {
  bytes: Buffer;
  key: boolean;
  /** Monotonic time at which it came into the ring. */
  atMs: number;
  /** The memory it stands in; to be lent by whoever reads the bytes later than at once. */
  slab: Slab | null;
};

const LARGEST_RING_BYTES = 8 * 1024 * 1024;
const DEAD_BLOCKS_KEPT = 256;

/**
 * The last few seconds of a channel, shared by all its viewers. Bounded in bytes; it grows past its size to hold the
 * newest keyframe, but never past 8 MB. Blocks are named by numbers that only grow.
 */
export class Ring {
  readonly #limitBytes: number;
  #blocks: Block[] = [];
  #dead = 0;
  #base = 0;
  #keys: number[] = [];
  #sizeBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = Math.min(limitBytes, LARGEST_RING_BYTES);
  }

  /** Number of the oldest block that is still here. */
  get base(): number {
    return this.#base;
  }

  /** Number that the next block will have. */
  get head(): number {
    return this.#base + this.#blocks.length - this.#dead;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get newestKey(): number | null {
    return this.#keys.at(-1) ?? null;
  }

  get oldestKey(): number | null {
    return this.#keys[0] ?? null;
  }

  at(number: number): Block | null {
    if (number < this.#base || number >= this.head) return null;
    return this.#blocks[this.#dead + number - this.#base] ?? null;
  }

  /** How long ago the block at the cursor came, in ms: how far behind a viewer is. Zero for one who has all. */
  lagMs(cursor: number, nowMs: number): number {
    const block = this.at(Math.max(cursor, this.#base));
    return block ? nowMs - block.atMs : 0;
  }

  push(block: Block): void {
    block.slab?.retain();
    if (block.key) this.#keys.push(this.head);
    this.#blocks.push(block);
    this.#sizeBytes += block.bytes.length;
    this.#trim();
  }

  clear(): void {
    while (this.#base < this.head) this.#dropOldest();
    this.#blocks = [];
    this.#dead = 0;
  }

  #trim(): void {
    while (this.#sizeBytes > this.#limitBytes && this.#base < this.head - 1) {
      const holdsNewestKey = this.#base === this.newestKey;
      if (holdsNewestKey && this.#sizeBytes <= LARGEST_RING_BYTES) break;
      this.#dropOldest();
    }
    if (this.#dead > DEAD_BLOCKS_KEPT) {
      this.#blocks = this.#blocks.slice(this.#dead);
      this.#dead = 0;
    }
  }

  #dropOldest(): void {
    const oldest = this.#blocks[this.#dead]!;
    this.#sizeBytes -= oldest.bytes.length;
    oldest.slab?.release();
    this.#blocks[this.#dead] = GONE;
    this.#dead++;
    if (this.#keys[0] === this.#base) this.#keys.shift();
    this.#base++;
  }
}

/** Stands where a block was, so that its bytes are free at once. */
const GONE: Block = { bytes: Buffer.alloc(0), key: false, atMs: 0, slab: null };
