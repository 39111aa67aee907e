import type { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { FileStore } from '@tus/file-store';
import { ERRORS, Upload } from '@tus/server';
import { flushFolder } from '../store/index.ts';
import { writeAll } from './join.ts';
import { CHECKSUM_MISMATCH, type Checksum, TusRefusal } from './protocol.ts';
import type { NewUpload, Rows } from './rows.ts';

/** What a request under way has to say beside its bytes. */
export type Flight = { plan?: NewUpload; checksum: Checksum | null; onCreated?(): void };

type Hooks = {
  rows: Rows;
  flights: AsyncLocalStorage<Flight>;
  /** Refuses with STORAGE_FULL while there is no room for more bytes. */
  checkRoom(): Promise<void>;
  /** Bytes of an upload that are in its file, while it is written. */
  onBytes(id: string, offsetBytes: number): void;
};

/** So often the room on the disk is looked at while bytes come in, so that the database is not left without. */
const ROOM_EVERY_BYTES = 16 * 1024 * 1024;

/**
 * Files of uploads under way. Rows in PostgreSQL take the place of the stock store's JSON files; every acknowledged byte
 * is on disk before the answer (UP-05), and a chunk with a wrong checksum leaves no trace (UP-14).
 */
export class UploadStore extends FileStore {
  readonly #hooks: Hooks;

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

  override async declareUploadLength(id: string, sizeBytes: number): Promise<void> {
    const row = await this.#hooks.rows.find(id);
    if (row) await this.#hooks.rows.declareLength(row, sizeBytes);
  }

  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    const file = await open(`${this.directory}/${id}`, 'r+').catch(() => {
      throw ERRORS.FILE_NO_LONGER_EXISTS;
    });
    try {
      return await this.#receive(file, stream, id, offset);
    } finally {
      await file.close();
    }
  }

  async #receive(file: FileHandle, stream: Readable, id: string, offset: number): Promise<number> {
    const checksum = this.#hooks.flights.getStore()?.checksum ?? null;
    const hash = checksum && createHash(checksum.algorithm);
    let position = offset;
    let roomUntil = offset;
    let failure: unknown = null;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        if (position >= roomUntil) {
          await this.#hooks.checkRoom();
          roomUntil = position + ROOM_EVERY_BYTES;
        }
        hash?.update(chunk);
        position += await writeAll(file, chunk, position);
        this.#hooks.onBytes(id, position);
      }
    } catch (error) {
      failure = error ?? new Error('the request ended early');
    }
    if (checksum && (failure !== null || !hash?.digest().equals(checksum.digest))) {
      if (position > offset) await file.truncate(offset);
      position = offset;
      failure ??= new TusRefusal(
        CHECKSUM_MISMATCH,
        'The bytes do not match their checksum. Send this part again.',
      );
    }
    await this.#keep(file, id, offset, position, failure);
    return position;
  }

  /** What arrived counts even if its request broke off, but only once it is on disk. */
  async #keep(file: FileHandle, id: string, from: number, to: number, failure: unknown): Promise<void> {
    try {
      await file.datasync();
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
    async delete(id: string): Promise<void> {
      const row = await rows.find(id);
      if (row) await rows.remove(row);
    },
  };
}
