import { messageOf } from './errors.ts';
import type { Log } from './log.ts';

type Closer = { name: string; close: () => unknown; limitMs: number };

/**
 * Everything that was opened, closed in reverse order. Graceful, then firm, always finite: each part has its own
 * limit, and one that fails or hangs does not keep the others from being closed.
 */
export class Lifecycle {
  readonly #closers: Closer[] = [];
  readonly #log: Log;
  #closing: Promise<void> | null = null;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Registers how to close a part; call it right after the part was opened. */
  add(name: string, close: () => unknown, limitMs = 5_000): void {
    this.#closers.push({ name, close, limitMs });
  }

  get closing(): boolean {
    return this.#closing !== null;
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (const closer of this.#closers.reverse()) {
      try {
        await withLimit(Promise.resolve(closer.close()), closer.limitMs, closer.name);
      } catch (error) {
        this.#log.error({ part: closer.name, error: messageOf(error) }, 'a part did not close in time');
      }
    }
  }
}

async function withLimit(work: Promise<unknown>, limitMs: number, name: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} took longer than ${limitMs} ms to close`)), limitMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
