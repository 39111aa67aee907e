import { constants } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../core/errors.ts';

const KEY = /^(?:[a-z0-9][a-z0-9._-]{0,99}\/){0,5}[a-z0-9][a-z0-9._-]{0,99}$/;

/** Where things are, by key: `temp/…`, `raw/{videoId}`, `processed/{videoId}/…`. Object-store shaped: keys, not paths. */
export type Store = {
  /** Makes the top folders; call once before anything else. */
  open(): Promise<void>;
  /** The place of a key on this machine; only for parts that need a file (ffmpeg, delivery). */
  path(key: string): string;
  /** Size of a thing, or null when there is none. */
  size(key: string): Promise<number | null>;
  /** Moves a finished file or folder to its key, atomically and so that it survives a power cut. */
  put(key: string, fromPath: string): Promise<void>;
  /** Removes a thing or everything under a key; nothing there is fine. */
  remove(key: string): Promise<void>;
  /** The names directly under a key. */
  list(key: string): Promise<string[]>;
  freeBytes(): Promise<number>;
  /**
   * Refuses with STORAGE_FULL when `neededBytes` would not fit beside the reserve, not even after what can be made again
   * was removed.
   */
  checkSpace(neededBytes: number): Promise<void>;
  /** What is asked to remove so many bytes of what can be made again, before anybody is refused. */
  whenShort(giveBack: (bytes: number) => Promise<void>): void;
};

/** Always left free, so that the database and the logs can go on. */
export const RESERVE_BYTES = 64 * 1024 * 1024;
const FOLDERS = ['temp', 'temp/uploads', 'temp/work', 'raw', 'processed'];

/** The store on the local disk under DATA_DIR. */
export function createStore({ dataDir }: { dataDir: string }): Store {
  const place = (key: string): string => {
    if (!KEY.test(key)) throw new AppError('NOT_FOUND');
    return path.join(dataDir, key);
  };
  const freeBytes = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(dataDir);
    return bavail * bsize;
  };
  const missingBytes = async (neededBytes: number): Promise<number> =>
    neededBytes - ((await freeBytes()) - RESERVE_BYTES);
  let giveBack = async (_bytes: number): Promise<void> => undefined;
  return {
    async open() {
      for (const folder of FOLDERS) await mkdir(path.join(dataDir, folder), { recursive: true, mode: 0o711 });
      await access(dataDir, constants.W_OK);
    },
    path: place,
    size: (key) => sizeOf(place(key)),
    async put(key, fromPath) {
      const target = place(key);
      await mkdir(path.dirname(target), { recursive: true, mode: 0o711 });
      await flushTree(fromPath);
      await rename(fromPath, target);
      await flushFolder(path.dirname(target));
    },
    remove: (key) => rm(place(key), { recursive: true, force: true }),
    list: (key) => namesIn(place(key)),
    freeBytes,
    async checkSpace(neededBytes) {
      const missing = await missingBytes(neededBytes);
      if (missing <= 0) return;
      await giveBack(missing);
      if ((await missingBytes(neededBytes)) > 0) throw new AppError('STORAGE_FULL');
    },
    whenShort(ask) {
      giveBack = ask;
    },
  };
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Everything below is on disk before the name that makes it visible is. */
async function flushTree(target: string): Promise<void> {
  const info = await stat(target);
  if (!info.isDirectory()) {
    await flush(target);
    return;
  }
  for (const name of await readdir(target)) await flushTree(path.join(target, name));
  await flushFolder(target);
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a rename or a new name in a folder permanent; some file systems cannot, which is no reason to fail. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  } finally {
    await handle.close();
  }
}

/** True when an error says that something is not there. */
export const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/** True when an error says that the disk or a quota is full. */
export const isFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException).code ?? '');
