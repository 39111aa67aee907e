import { type FileHandle, open, readFile, unlink } from 'node:fs/promises';
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
  /** What came while the disk was busy: it goes there with one call. */
  #waiting: Part[] = [];
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

  /** What it holds at this moment, while more may follow. */
  async snapshot(): Promise<Buffer | null> {
    this.#packets.cut();
    const { sizeBytes } = this;
    const bytes = await this.read();
    return bytes?.subarray(0, sizeBytes) ?? null;
  }

  /** Takes it off the disk and out of memory, also when it is not finished. */
  async drop(): Promise<void> {
    this.finish();
    await this.#work;
    for (const { slab } of this.#kept.splice(0)) slab.release();
    await unlink(this.#path).catch(() => undefined);
  }

  #take(part: Part): void {
    part.slab.retain();
    this.sizeBytes += part.bytes.length;
    this.#waiting.push(part);
    if (this.#waiting.length === 1) this.#work = this.#work.then(() => this.#save());
  }

  async #save(): Promise<void> {
    const parts = this.#waiting;
    this.#waiting = [];
    try {
      if (!this.#failed) await this.#write(parts.map(({ bytes }) => bytes));
    } catch (error) {
      this.#failed = true;
      this.#onFailure(error);
    }
    if (this.#failed) this.#kept.push(...parts);
    else for (const { slab } of parts) slab.release();
  }

  async #write(buffers: Buffer[]): Promise<void> {
    const sizeBytes = buffers.reduce((sum, bytes) => sum + bytes.length, 0);
    const { bytesWritten } = await (await this.#handle).writev(buffers, this.#savedBytes);
    if (bytesWritten < sizeBytes) throw new Error('The disk took only a part of it');
    this.#savedBytes += sizeBytes;
  }

  async #close(): Promise<void> {
    await this.#handle.then((handle) => handle.close()).catch(() => undefined);
  }
}
