import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import type { PacketSink } from '../../media/ts/packet-sink.ts';
import { type Slab, SlabWriter } from '../relay/slabs.ts';

type Part = { bytes: Buffer; slab: Slab };

/**
 * One segment on its way to the disk: packets go into its file while it is being made, so that no segment ever stands
 * in memory as a whole. What the disk does not take stays in memory (PROC-06).
 */
export class SegmentFile implements PacketSink {
  readonly #packets: SlabWriter;
  readonly #path: string;
  readonly #onFailure: (error: unknown) => void;
  readonly #handle: Promise<FileHandle>;
  #work: Promise<void> = Promise.resolve();
  #savedBytes = 0;
  #failed = false;
  readonly #kept: Part[] = [];
  sizeBytes = 0;

  constructor(path: string, folder: Promise<unknown>, onFailure: (error: unknown) => void) {
    this.#path = path;
    this.#onFailure = onFailure;
    this.#handle = folder.then(() => open(path, 'w', 0o600));
    this.#handle.catch(() => undefined);
    this.#packets = new SlabWriter((bytes, slab) => this.#take({ bytes, slab }));
  }

  get bytes(): Buffer {
    return this.#packets.bytes;
  }

  next(): number {
    return this.#packets.next();
  }

  /** Nothing follows. */
  finish(): void {
    this.#packets.close();
    this.#work = this.#work.then(() => this.#close());
  }

  /** The whole segment; null when it is gone. */
  async read(): Promise<Buffer | null> {
    await this.#work;
    if (this.#savedBytes === 0) return Buffer.concat(this.#kept.map(({ bytes }) => bytes));
    try {
      const saved = await readFile(this.#path);
      if (this.#kept.length === 0) return saved;
      return Buffer.concat([saved.subarray(0, this.#savedBytes), ...this.#kept.map(({ bytes }) => bytes)]);
    } catch {
      // Dropped between the look and the read: as if it had never been asked for.
      return null;
    }
  }

  /** Takes it off the disk and out of memory, also when it is not finished. */
  async drop(): Promise<void> {
    this.finish();
    await this.#work;
    for (const { slab } of this.#kept.splice(0)) slab.release();
    await rm(this.#path, { force: true }).catch(() => undefined);
  }

  #take(part: Part): void {
    part.slab.retain();
    this.sizeBytes += part.bytes.length;
    this.#work = this.#work.then(() => this.#save(part));
  }

  async #save(part: Part): Promise<void> {
    if (this.#failed) {
      this.#kept.push(part);
      return;
    }
    try {
      const handle = await this.#handle;
      for (let at = 0; at < part.bytes.length; ) {
        const { bytesWritten } = await handle.write(
          part.bytes,
          at,
          part.bytes.length - at,
          this.#savedBytes + at,
        );
        at += bytesWritten;
      }
      this.#savedBytes += part.bytes.length;
      part.slab.release();
    } catch (error) {
      this.#failed = true;
      this.#kept.push(part);
      this.#onFailure(error);
    }
  }

  async #close(): Promise<void> {
    await this.#handle.then((handle) => handle.close()).catch(() => undefined);
  }
}
