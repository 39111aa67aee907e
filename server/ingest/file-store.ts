import { createHash } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { FileStore } from '@tus/file-store';
import { ERRORS, Upload } from '@tus/server';
import { flushFolder } from '../store/index.ts';
import { CHECKSUM_MISMATCH, type Checksum, TusRefusal } from './protocol.ts';
import type { NewUpload, Rows } from './rows.ts';

type Hooks = {
  rows: Rows;
  /** What the creation of this id was asked for. */
  planned(id: string): NewUpload | undefined;
  checksumOf(id: string): Checksum | null;
  /** Bytes of an upload that are in its file, while it is written. */
  onBytes(id: string, offsetBytes: number): void;
};

/**
 * Files of uploads under way. Rows in PostgreSQL take the place of the stock store's JSON files; every acknowledged byte
 * is on disk before the answer (UP-05), and a chunk with a wrong checksum leaves no trace (UP-14).
 */
export class UploadStore extends FileStore {
  readonly #hooks: Hooks;

  constructor(directory: string, hooks: Hooks) {
    super({ directory, configstore: rowStore(hooks) });
    this.#hooks = hooks;
    // What we really do; the stock list also names deferred lengths.
    this.extensions = ['creation', 'creation-with-upload', 'termination'];
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
    const checksum = this.#hooks.checksumOf(id);
    const hash = checksum && createHash(checksum.algorithm);
    let position = offset;
    let failure: unknown = null;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        hash?.update(chunk);
        position += await writeAll(file, chunk, position);
        this.#hooks.onBytes(id, position);
      }
    } catch (error) {
      failure = error ?? new Error('the request ended early');
    }
    const matches = !checksum || (failure === null && hash?.digest().equals(checksum.digest));
    if (!matches) {
      await file.truncate(offset);
      position = offset;
      failure ??= new TusRefusal(
        CHECKSUM_MISMATCH,
        'The bytes do not match their checksum. Send this part again.',
      );
    }
    // What arrived counts even if its request broke off, but only once it is on disk.
    await file.datasync();
    await this.#hooks.rows.saveOffset(id, position);
    if (failure !== null) throw failure;
    return position;
  }
}

async function writeAll(file: FileHandle, chunk: Buffer, position: number): Promise<number> {
  let done = 0;
  while (done < chunk.length) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
  return done;
}

/** The upload rows in the shape that the stock store asks for. */
function rowStore({ rows, planned }: Hooks) {
  return {
    async get(id: string): Promise<Upload | undefined> {
      const row = await rows.find(id);
      if (row === null) return undefined;
      return new Upload({ id, size: row.sizeBytes, offset: row.offsetBytes, metadata: row.metadata });
    },
    async set(id: string): Promise<void> {
      const entry = planned(id);
      if (entry) await rows.create(entry);
    },
    async delete(id: string): Promise<void> {
      const row = await rows.find(id);
      if (row) await rows.removeVideo(row.videoId);
    },
  };
}
