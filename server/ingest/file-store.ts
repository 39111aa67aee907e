import type { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { type FileHandle, open, rm, unlink } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { FileStore } from '@tus/file-store';
import { ERRORS, Upload } from '@tus/server';
import { flushFolder } from '../store/index.ts';
import { type Flusher, Flushing } from './flushing.ts';
import { batchesOf } from './intake.ts';
import { writeAll } from './join.ts';
import { CHECKSUM_MISMATCH, type Checksum, TusRefusal } from './protocol.ts';
import type { NewUpload, Rows } from './rows.ts';

/** What a request under way has to say beside its bytes. */
export type Flight = {
  req: IncomingMessage;
  /** Ends the intake because another request wants the upload; the server sets it. */
  signal?: AbortSignal;
  plan?: NewUpload;
  checksum: Checksum | null;
  /** The upload is locked for this request already. */
  held?: true;
  onCreated?(): void;
};

type Hooks = {
  rows: Rows;
  flights: AsyncLocalStorage<Flight>;
  /** The longest that an upload may become whose length is not known yet. */
  mostBytes(): number;
  /** Refuses with STORAGE_FULL while there is no room for more bytes. */
  checkRoom(): Promise<void>;
  /** Bytes of an upload that are in its file, while it is written. */
  onBytes(id: string, offsetBytes: number): void;
};

type Span = { id: string; offset: number; mostBytes: number };
type Kept = { id: string; from: number; to: number; failure: unknown };

/** So often the room on the disk is looked at while bytes come in, so that the database is not left without. */
const ROOM_EVERY_BYTES = 16 * 1024 * 1024;

/**
 * Files of uploads under way. Rows in PostgreSQL take the place of the stock store's JSON files; every acknowledged byte
 * is on disk before the answer (UP-05), and a chunk with a wrong checksum leaves no trace (UP-14).
 */
export class UploadStore extends FileStore {
  readonly #hooks: Hooks;
  readonly #flushing = new Flushing();

  constructor(directory: string, hooks: Hooks) {
    super({ directory, configstore: rowStore(hooks) });
    this.#hooks = hooks;
    this.extensions = ['creation', 'creation-with-upload', 'creation-defer-length', 'termination'];
  }

  override async create(file: Upload): Promise<Upload> {
    try {
      const created = await super.create(file);
      await flushFolder(this.directory);
      return created;
    } catch (error) {
      await unlink(`${this.directory}/${file.id}`).catch(() => undefined);
      throw error;
    }
  }

  /** The rows go first: the sweep finds a file without rows, but nobody finds rows without their file. */
  override async remove(id: string): Promise<void> {
    await this.#hooks.rows.remove(id);
    await rm(`${this.directory}/${id}`, { force: true });
  }

  override async declareUploadLength(id: string, sizeBytes: number): Promise<void> {
    const row = await this.#hooks.rows.find(id);
    if (row) await this.#hooks.rows.declareLength(row, sizeBytes);
  }

  /** `stream` is empty: the bytes are taken from the request itself, see `batchesOf`. */
  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    stream.resume();
    const flight = this.#hooks.flights.getStore();
    if (flight === undefined) throw ERRORS.ABORTED;
    const row = await this.#hooks.rows.find(id);
    const mostBytes = (row?.sizeBytes ?? this.#hooks.mostBytes()) - offset;
    const file = await open(`${this.directory}/${id}`, 'r+').catch(() => {
      throw ERRORS.FILE_NO_LONGER_EXISTS;
    });
    try {
      return await this.#receive(file, flight, { id, offset, mostBytes });
    } finally {
      await file.close();
    }
  }

  async #receive(file: FileHandle, flight: Flight, { id, offset, mostBytes }: Span): Promise<number> {
    const { req, checksum, signal = new AbortController().signal } = flight;
    const hash = checksum && createHash(checksum.algorithm);
    const flusher = this.#flushing.of(file, offset);
    let position = offset;
    let roomUntil = offset;
    let failure: unknown = null;
    try {
      for await (const batch of batchesOf(req, mostBytes, signal)) {
        if (position >= roomUntil) {
          await this.#hooks.checkRoom();
          roomUntil = position + ROOM_EVERY_BYTES;
        }
        if (hash) for (const chunk of batch) hash.update(chunk);
        position += await writeBatch(file, batch, position);
        giveBack(batch);
        this.#hooks.onBytes(id, position);
        flusher.wrote(position);
      }
    } catch (error) {
      failure = error ?? new Error('the request ended early');
    }
    if (checksum && (failure !== null || !hash?.digest().equals(checksum.digest))) {
      await file.truncate(offset);
      position = offset;
      failure ??= new TusRefusal(
        CHECKSUM_MISMATCH,
        'The bytes do not match their checksum. Send this part again.',
      );
    }
    await this.#keep(file, flusher, { id, from: offset, to: position, failure });
    return position;
  }

  /** What arrived counts even if its request broke off, but only once it is on disk. */
  async #keep(file: FileHandle, flusher: Flusher, { id, from, to, failure }: Kept): Promise<void> {
    try {
      await flusher.end();
    } catch (error) {
      // What a disk could not flush is lost, whatever the file's size says.
      await file.truncate(from);
      throw failure ?? error;
    }
    await this.#hooks.rows.saveOffset(id, to).catch((error: unknown) => {
      throw failure ?? error;
    });
    if (failure !== null) throw failure;
  }
}

/**
 * Frees the memory of chunks that nobody reads again now instead of at the next collection: V8 collects the whole heap for
 * every 40 MB of buffers, which took as long as the upload itself.
 */
function giveBack(batch: readonly Buffer[]): void {
  // Others may still read from a buffer that is only a part of a larger one.
  for (const { buffer, byteLength } of batch)
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** Writes chunks behind each other at a place of a file with one call; the system may take less. */
async function writeBatch(file: FileHandle, batch: Buffer[], position: number): Promise<number> {
  const bytes = batch.reduce((sum, chunk) => sum + chunk.length, 0);
  const { bytesWritten } = await file.writev(batch, position);
  if (bytesWritten === bytes) return bytes;
  const rest = Buffer.concat(batch).subarray(bytesWritten);
  return bytesWritten + (await writeAll(file, rest, position + bytesWritten));
}

/** The upload rows in the shape that the stock store asks for. */
function rowStore({ rows, flights }: Hooks) {
  return {
    async get(id: string): Promise<Upload | undefined> {
      const row = await rows.find(id);
      if (row === null) return undefined;
      const { offsetBytes: offset, metadata } = row;
      // A length that is not known yet is left out (creation-defer-length).
      return new Upload({ id, offset, metadata, ...(row.sizeBytes === null ? {} : { size: row.sizeBytes }) });
    },
    async set(): Promise<void> {
      const flight = flights.getStore();
      if (!flight?.plan) return;
      await rows.create(flight.plan);
      flight.onCreated?.();
    },
    delete: (id: string): Promise<void> => rows.remove(id),
  };
}
