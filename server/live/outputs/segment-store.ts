import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { singleFlight } from '../../core/single-flight.ts';

/** The newest segment is asked for by everybody at once; older ones come from the disk. */
const KEPT_IN_MEMORY = 1;

type Entry = { number: number; bytes: Buffer | null; written: Promise<void> };

/** Finished segments of one session: the newest one in memory, all of them as files that go with the session. */
export class SegmentStore {
  readonly #folder: string;
  readonly #log: Log;
  readonly #entries = new Map<number, Entry>();
  /** Numbers that are on the disk and still in memory. */
  readonly #saved = new Set<number>();
  /** Viewers who want the same file at the same time share one read of it. */
  readonly #reads = singleFlight<Buffer | null>();
  readonly #ready: Promise<unknown>;
  #closed = false;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
    this.#ready = mkdir(folder, { recursive: true, mode: 0o700 });
    this.#ready.catch(() => undefined);
  }

  put(number: number, bytes: Buffer): void {
    const entry: Entry = { number, bytes, written: this.#write(number, bytes) };
    this.#entries.set(number, entry);
    void entry.written.then(() => this.#forget());
  }

  async get(number: number): Promise<Buffer | null> {
    const entry = this.#entries.get(number);
    if (!entry) return null;
    if (entry.bytes) return entry.bytes;
    return await this.#reads(String(number), () => this.#read(number));
  }

  async #read(number: number): Promise<Buffer | null> {
    try {
      return await readFile(this.#file(number));
    } catch {
      // Dropped between the look and the read: as if it had never been asked for.
      return null;
    }
  }

  /** Drops everything older than `number`. */
  dropBefore(number: number): void {
    for (const entry of this.#entries.values()) {
      if (entry.number >= number) continue;
      this.#entries.delete(entry.number);
      void entry.written.then(() => rm(this.#file(entry.number), { force: true })).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#entries.values()].map((entry) => entry.written));
    this.#entries.clear();
    await this.#ready.catch(() => undefined);
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** A disk that takes nothing does not stop the channel: the segment then stays in memory (PROC-06). */
  async #write(number: number, bytes: Buffer): Promise<void> {
    try {
      await this.#ready;
      if (this.#closed) return;
      await writeFile(this.#file(number), bytes, { mode: 0o600 });
      this.#saved.add(number);
    } catch (error) {
      this.#log.warn({ error: messageOf(error) }, 'a live segment could not be written to the disk');
    }
  }

  #forget(): void {
    const newest = this.#newest();
    for (const number of this.#saved) {
      if (number > newest - KEPT_IN_MEMORY) continue;
      const entry = this.#entries.get(number);
      if (entry) entry.bytes = null;
      this.#saved.delete(number);
    }
  }

  #newest(): number {
    return Math.max(...this.#entries.keys(), 0);
  }

  #file(number: number): string {
    return path.join(this.#folder, `segment_${number}.ts`);
  }
}
