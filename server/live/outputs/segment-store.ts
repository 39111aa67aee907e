import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { singleFlight } from '../../core/single-flight.ts';
import { SegmentFile } from './segment-file.ts';

/** Of a channel that several watch, so many of the newest segments stand in memory. */
const MOST_SHARED = 2;

/** The segments of one session, as files that go with it. */
export class SegmentStore {
  readonly #folder: string;
  readonly #log: Log;
  readonly #listed = new Map<number, SegmentFile>();
  /** All that are not dropped yet, also those that are being made. */
  readonly #files = new Set<SegmentFile>();
  readonly #dropping = new Set<Promise<void>>();
  /** Viewers who want the same file at the same time share one read of it. */
  readonly #reads = singleFlight<Buffer | null>();
  /** Numbers that were asked for, and the newest segments that more than one viewer wants. */
  readonly #asked = new Set<number>();
  readonly #shared = new Map<number, Buffer>();
  readonly #ready: Promise<unknown>;
  #made = 0;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
    this.#ready = mkdir(folder, { recursive: true, mode: 0o700 });
    this.#ready.catch(() => undefined);
  }

  /** A new segment to write into. */
  open(): SegmentFile {
    const file = new SegmentFile(path.join(this.#folder, `${this.#made++}.ts`), this.#ready, (error) =>
      this.#log.warn({ error: messageOf(error) }, 'a live segment could not be written to the disk'),
    );
    this.#files.add(file);
    return file;
  }

  /** A finished segment that is not dropped yet. */
  file(number: number): SegmentFile | null {
    return this.#listed.get(number) ?? null;
  }

  /** A segment that will not be finished. */
  discard(file: SegmentFile): void {
    this.#drop(file);
  }

  /** A finished segment gets its number. */
  put(number: number, file: SegmentFile): void {
    this.#listed.set(number, file);
    for (const shared of this.#shared.keys()) if (shared <= number - MOST_SHARED) this.#shared.delete(shared);
  }

  async get(number: number): Promise<Buffer | null> {
    const file = this.#listed.get(number);
    if (!file) return null;
    const shared = this.#shared.get(number);
    if (shared) return shared;
    const bytes = await this.#reads(String(number), () => file.read());
    const newest = number > Math.max(...this.#listed.keys()) - MOST_SHARED;
    if (bytes && newest && this.#asked.has(number)) this.#shared.set(number, bytes);
    this.#asked.add(number);
    return bytes;
  }

  /** Drops everything older than `number`. */
  dropBefore(number: number): void {
    for (const [listed, file] of this.#listed) {
      if (listed >= number) continue;
      this.#listed.delete(listed);
      this.#asked.delete(listed);
      this.#drop(file);
    }
  }

  async close(): Promise<void> {
    this.#listed.clear();
    this.#shared.clear();
    for (const file of this.#files) this.#drop(file);
    await Promise.all(this.#dropping);
    await this.#ready.catch(() => undefined);
    await rm(this.#folder, { recursive: true, force: true });
  }

  #drop(file: SegmentFile): void {
    this.#files.delete(file);
    const dropping: Promise<void> = file.drop().finally(() => this.#dropping.delete(dropping));
    this.#dropping.add(dropping);
  }
}
