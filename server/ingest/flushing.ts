import type { FileHandle } from 'node:fs/promises';

/** A file that grows is flushed behind its writer's back whenever so much has come since the last time. */
const EVERY_BYTES = 32 * 1024 * 1024;

/**
 * Flushes files while they are written, so that the flush that an answer waits for is a short one. One file at a time: a
 * flush holds one of the few threads that all files of the process share.
 */
export class Flushing {
  #busy = false;

  of(file: FileHandle, fromBytes: number): Flusher {
    return new Flusher(file, fromBytes, async () => {
      if (this.#busy) return false;
      this.#busy = true;
      try {
        await file.datasync();
      } finally {
        this.#busy = false;
      }
      return true;
    });
  }
}

export class Flusher {
  readonly #file: FileHandle;
  readonly #flush: () => Promise<boolean>;
  #flushedBytes: number;
  #running: Promise<void> | null = null;
  #failure: unknown = null;

  constructor(file: FileHandle, fromBytes: number, flush: () => Promise<boolean>) {
    this.#file = file;
    this.#flushedBytes = fromBytes;
    this.#flush = flush;
  }

  /** `bytes` of the file are written. Throws what an earlier flush met. */
  wrote(bytes: number): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.#running !== null || bytes - this.#flushedBytes < EVERY_BYTES) return;
    this.#running = this.#flush().then(
      (done) => {
        if (done) this.#flushedBytes = bytes;
        this.#running = null;
      },
      (error: unknown) => {
        this.#failure = error ?? new Error('a flush failed');
        this.#running = null;
      },
    );
  }

  /** Everything that was written is on the disk. Throws what any flush of the file met: the system tells of it once. */
  async end(): Promise<void> {
    await this.#running;
    if (this.#failure !== null) throw this.#failure;
    await this.#file.datasync();
  }
}
