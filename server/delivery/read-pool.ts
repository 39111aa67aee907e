const CHUNK_BYTES = 256 * 1024;
const MOST_KEPT = 64;

/** Buffers for reading files, used again: 256 KB reads are several times cheaper than the 64 KB of a stream. */
class ReadPool {
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  }

  /** Call only when nothing reads the buffer any more. */
  give(buffer: Buffer): void {
    if (this.#free.length < MOST_KEPT) this.#free.push(buffer);
  }
}

export const readPool = new ReadPool();
