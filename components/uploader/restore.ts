import type { Upload } from '@/lib/contract/videos';
import { forgetUpload, rememberedUploads } from './memory';
import { heldUploads } from './page-lock';
import { reopen } from './pick';
import { adoptUpload, dismissUpload, giveFile, recordOf, uploads } from './store';
import type { UploadRecord } from './types';

type Measured = Upload & { sizeBytes: number };

/** Without a length no file can be told to be the one; a browser always knows it, so that one is another client's. */
const isMeasured = (upload: Upload): upload is Measured => upload.sizeBytes !== null;

/** So long nothing of an upload arrived: whoever began it elsewhere does not send it now. */
const LEFT_MS = 20_000;

/** How much the server has of each upload, and since when no more. */
let seen: ReadonlyMap<string, { offsetBytes: number; sinceMs: number }> = new Map();

const look = (open: readonly Upload[], nowMs: number): void => {
  seen = new Map(
    open.map(({ id, offsetBytes }) => {
      const before = seen.get(id);
      return [id, before?.offsetBytes === offsetBytes ? before : { offsetBytes, sinceMs: nowMs }];
    }),
  );
};

/** One that this browser did not begin may be on its way from another device; then it is not this page's matter. */
const isLeft = (id: string, nowMs: number): boolean => nowMs - (seen.get(id)?.sinceMs ?? nowMs) >= LEFT_MS;

const recordFor = (upload: Measured, known: UploadRecord | undefined): UploadRecord => ({
  uploadId: upload.id,
  url: known?.url ?? `/files/${encodeURIComponent(upload.id)}`,
  videoId: upload.videoId,
  fileName: upload.fileName,
  sizeBytes: upload.sizeBytes,
  lastModified: known?.lastModified ?? 0,
  handle: known?.handle ?? null,
});

const unchanged = (file: File | null, record: UploadRecord): file is File =>
  file !== null &&
  file.size === record.sizeBytes &&
  (record.lastModified === 0 || file.lastModified === record.lastModified);

/**
 * Takes up what the server says is unfinished: where the browser may still read the file it goes on by itself, else
 * the person is asked for it. What another tab is sending is left to that one. What the server no longer knows is forgotten.
 */
export const restoreUploads = async (open: readonly Upload[]): Promise<void> => {
  const known = new Map((await rememberedUploads()).map((record) => [record.uploadId, record]));
  const held = await heldUploads();
  const nowMs = performance.now();
  look(open, nowMs);
  for (const upload of open.filter(isMeasured)) {
    if (held.has(upload.id) || !(known.has(upload.id) || isLeft(upload.id, nowMs))) continue;
    if (uploads.get().some((item) => item.uploadId === upload.id)) continue;
    const record = recordFor(upload, known.get(upload.id));
    const file = record.handle ? await reopen(record.handle, false) : null;
    adoptUpload(record, upload.offsetBytes, unchanged(file, record) ? file : null);
  }
  // Another device sends the rest, or the upload has ended: nobody has to choose the file any more.
  for (const { key, phase, uploadId, sentBytes } of uploads.get()) {
    if (phase !== 'needs-file' || uploadId === null) continue;
    const now = seen.get(uploadId);
    if (!now || (now.offsetBytes !== sentBytes && !known.has(uploadId))) dismissUpload(key);
  }
  const running = new Set(uploads.get().map((item) => item.uploadId));
  for (const uploadId of known.keys())
    if (!seen.has(uploadId) && !running.has(uploadId)) await forgetUpload(uploadId);
};

/** Asks the browser to read the file of an earlier visit again; has to come from a click. */
export const reopenUpload = async (key: string): Promise<boolean> => {
  const record = recordOf(key);
  if (!record?.handle) return false;
  const file = await reopen(record.handle, true);
  return unchanged(file, record) && giveFile(key, { file, handle: record.handle });
};
