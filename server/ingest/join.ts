import { type FileHandle, open, rename, truncate } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../core/errors.ts';
import { flushFolder, type Store } from '../store/index.ts';
import { joinKey, uploadKey } from './finish.ts';

/** A part is moved in steps of this size, so that joining needs only so much room beside the parts. */
const STEP_BYTES = 64 * 1024 * 1024;
const COPY_BYTES = 4 * 1024 * 1024;

export type Part = { id: string; sizeBytes: number };

/**
 * Puts the files of parts together as the file of the upload `finalId`. The first part becomes the whole, each other one
 * is moved behind it from its end: a step is copied and flushed, then cut off its part. So what is left of a part says
 * what is still to be done, and a run that was cut anywhere is taken up by the next one without a lost byte.
 */
export async function joinParts(
  store: Store,
  finalId: string,
  parts: readonly Part[],
  signal: AbortSignal,
  stepBytes = STEP_BYTES,
): Promise<void> {
  if ((await store.size(uploadKey(finalId))) !== null) return;
  const whole = store.path(joinKey(finalId));
  if ((await store.size(joinKey(finalId))) === null) await begin(store, parts[0], whole);
  const target = await open(whole, 'r+');
  try {
    let base = parts[0]?.sizeBytes ?? 0;
    for (const part of parts.slice(1)) {
      await movePart({ store, target, part, base, signal, stepBytes });
      base += part.sizeBytes;
    }
    if ((await target.stat()).size !== base) throw new AppError('UPLOAD_NOT_FOUND');
    await target.sync();
  } finally {
    await target.close();
  }
  await rename(whole, store.path(uploadKey(finalId)));
  await flushFolder(path.dirname(whole));
}

async function begin(store: Store, first: Part | undefined, whole: string): Promise<void> {
  if (first === undefined || (await store.size(uploadKey(first.id))) !== first.sizeBytes)
    throw new AppError('UPLOAD_NOT_FOUND');
  await rename(store.path(uploadKey(first.id)), whole);
  await flushFolder(path.dirname(whole));
}

type Move = {
  store: Store;
  target: FileHandle;
  part: Part;
  base: number;
  signal: AbortSignal;
  stepBytes: number;
};

async function movePart({ store, target, part, base, signal, stepBytes }: Move): Promise<void> {
  const left = await store.size(uploadKey(part.id));
  if (left === null) return;
  const file = store.path(uploadKey(part.id));
  const source = await open(file, 'r');
  try {
    for (let end = left; end > 0; end = Math.max(0, end - stepBytes)) {
      signal.throwIfAborted();
      const from = Math.max(0, end - stepBytes);
      await copyRange(source, target, { from, end, to: base + from });
      await target.datasync();
      await truncate(file, from);
    }
  } finally {
    await source.close();
  }
  await store.remove(uploadKey(part.id));
}

type Range = { from: number; end: number; to: number };

async function copyRange(source: FileHandle, target: FileHandle, { from, end, to }: Range): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(COPY_BYTES, end - from));
  for (let at = from; at < end; ) {
    const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, end - at), at);
    if (bytesRead === 0) throw new Error('a part became shorter while it was read');
    await writeAll(target, buffer.subarray(0, bytesRead), to + at - from);
    at += bytesRead;
  }
}

/** Writes all of a chunk at a place of a file; the system may take it in pieces. */
export async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < chunk.length) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
  return done;
}
