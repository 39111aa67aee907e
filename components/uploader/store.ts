import { type CurrentUpload, currentUpload } from '@/lib/client/current-upload';
import { createStore } from '@/lib/client/store';
import { ChunkPolicy, USUAL_CHUNK_BYTES } from './chunk-policy';
import { forgetUpload, rememberUpload } from './memory';
import { shareOf } from './meter';
import { holdUpload, releaseUpload } from './page-lock';
import { isFileOf } from './same-file';
import { terminateUpload, UploadTask } from './task';
import type { Picked, UploadItem, UploadPhase, UploadRecord } from './types';

/** More at once would only share the same line. */
const AT_ONCE = 3;

/** All uploads of this page; lives outside React, so that moving between pages does not touch them. */
export const uploads = createStore<readonly UploadItem[]>([]);

type Work = { task: UploadTask | null; picked: Picked | null; record: UploadRecord | null };

const works = new Map<string, Work>();
let policy: ChunkPolicy | null = null;
let chunkBytes = USUAL_CHUNK_BYTES;
let counter = 0;

/** An upload that went on after its line was cut; the keeper tells of it. */
export const uploadNews = createStore<{ title: string; share: number } | null>(null);

const ACTIVE: readonly UploadPhase[] = ['queued', 'sending', 'waiting'];
export const isActive = (item: UploadItem): boolean => ACTIVE.includes(item.phase);

/** It has a line, but nothing moves on it. */
export const isStalled = ({ phase, problem }: UploadItem): boolean => phase === 'sending' && problem !== null;

const blank = (fileName: string, sizeBytes: number): UploadItem => {
  counter += 1;
  return {
    key: `u${counter}`,
    phase: 'queued',
    fileName,
    sizeBytes,
    sentBytes: 0,
    bytesPerSecond: null,
    secondsLeft: null,
    videoId: null,
    uploadId: null,
    problem: null,
    mayReopen: false,
    refused: false,
  };
};

const find = (key: string): UploadItem | undefined => uploads.get().find((item) => item.key === key);

const summary = (items: readonly UploadItem[]): CurrentUpload | null => {
  const open = items.filter((item) => isActive(item) || item.phase === 'paused');
  const first = open.find((item) => item.phase === 'sending') ?? open[0];
  if (!first) return null;
  const rates = open.map((item) => item.bytesPerSecond).filter((rate) => rate !== null);
  return {
    title: first.fileName,
    share: shareOf(open),
    bytesPerSecond: rates.length > 0 ? rates.reduce((sum, rate) => sum + rate, 0) : null,
    files: open.length,
    paused: !open.some(isActive),
  };
};

const warn = (event: BeforeUnloadEvent): void => event.preventDefault();

const publish = (items: readonly UploadItem[]): void => {
  uploads.set(items);
  currentUpload.set(summary(items));
  window.removeEventListener('beforeunload', warn);
  if (items.some(isActive)) window.addEventListener('beforeunload', warn);
};

const patch = (key: string, change: Partial<UploadItem>): void =>
  publish(uploads.get().map((item) => (item.key === key ? { ...item, ...change } : item)));

const remove = (key: string): void => {
  works.delete(key);
  publish(uploads.get().filter((item) => item.key !== key));
};

const startNext = (): void => {
  const items = uploads.get();
  const busy = items.filter(({ phase }) => phase === 'sending' || phase === 'waiting').length;
  for (const item of items.filter(({ phase }) => phase === 'queued').slice(0, Math.max(0, AT_ONCE - busy))) {
    works.get(item.key)?.task?.start();
  }
};

const makeTask = (key: string, picked: Picked, url: string | null): UploadTask => {
  policy ??= new ChunkPolicy(window.localStorage, location.host, () => chunkBytes);
  return new UploadTask(picked.file, url, policy, {
    onChange: (change) => {
      patch(key, change);
      if (change.phase === 'failed' || change.phase === 'paused') startNext();
    },
    onCreated: ({ url: at, uploadId, videoId }) => {
      holdUpload(uploadId);
      patch(key, { uploadId, ...(videoId === null ? {} : { videoId }) });
      const { name, size, lastModified } = picked.file;
      const handle = picked.handle;
      const known = videoId ?? find(key)?.videoId ?? null;
      void rememberUpload({
        uploadId,
        url: at,
        videoId: known,
        fileName: name,
        sizeBytes: size,
        lastModified,
        handle,
      });
    },
    onDone: () => {
      const item = find(key);
      if (item?.uploadId) {
        void forgetUpload(item.uploadId);
        releaseUpload(item.uploadId);
      }
      startNext();
    },
    onBack: (share) => uploadNews.set({ title: picked.file.name, share }),
  });
};

/** Takes files into the queue. */
export const enqueue = (files: readonly Picked[]): void => {
  const fresh = files.map((picked) => {
    const item = blank(picked.file.name, picked.file.size);
    works.set(item.key, { task: makeTask(item.key, picked, null), picked, record: null });
    return item;
  });
  publish([...uploads.get(), ...fresh]);
  startNext();
};

/** Shows a file that is not sent, and why. */
export const refuseFile = ({ file }: Picked, problem: string): void =>
  publish([...uploads.get(), { ...blank(file.name, file.size), phase: 'failed', refused: true, problem }]);

export const pauseUpload = (key: string): void => {
  void works.get(key)?.task?.pause();
};

/** Goes on with one that was paused, waits or failed. */
export const resumeUpload = (key: string): void => {
  const work = works.get(key);
  const item = find(key);
  if (!work?.task || !item || item.phase === 'sending' || item.phase === 'done') return;
  if (item.phase === 'waiting') work.task.wake();
  else {
    patch(key, { phase: 'queued', problem: null });
    startNext();
  }
};

/** Stops it and removes what the server has of it. Throws when the server could not be told; then it is paused. */
export const cancelUpload = async (key: string): Promise<void> => {
  const work = works.get(key);
  if (work?.task) await work.task.cancel();
  else if (work?.record) await terminateUpload(work.record.url);
  await forget(key);
};

/** Nothing of it is kept here. */
const forget = async (key: string): Promise<void> => {
  const { uploadId = null } = find(key) ?? {};
  if (uploadId !== null) releaseUpload(uploadId);
  remove(key);
  startNext();
  if (uploadId !== null) await forgetUpload(uploadId);
};

/** The video of an upload was deleted, and its upload with it. */
export const dropUploadsOf = (videoId: string): void => {
  for (const { key } of uploads.get().filter((item) => item.videoId === videoId)) {
    works.get(key)?.task?.end();
    void forget(key);
  }
};

/** Takes a finished or failed one off the list. */
export const dismissUpload = (key: string): void => remove(key);

/** Puts an unfinished upload of an earlier visit on the list; with its file it goes on, without it waits for one. */
export const adoptUpload = (record: UploadRecord, sentBytes: number, file: File | null): void => {
  if (uploads.get().some((item) => item.uploadId === record.uploadId)) return;
  const item: UploadItem = {
    ...blank(record.fileName, record.sizeBytes),
    phase: file ? 'queued' : 'needs-file',
    sentBytes,
    uploadId: record.uploadId,
    videoId: record.videoId,
    mayReopen: record.handle !== null,
  };
  const picked = file && { file, handle: record.handle };
  works.set(item.key, { task: picked && makeTask(item.key, picked, record.url), picked, record });
  publish([...uploads.get(), item]);
  startNext();
};

export const recordOf = (key: string): UploadRecord | null => works.get(key)?.record ?? null;

/** Gives an unfinished upload its file back. False when it is another file. */
export const giveFile = (key: string, picked: Picked): boolean => {
  const record = recordOf(key);
  if (!record || !isFileOf(record, picked.file)) return false;
  works.set(key, {
    task: makeTask(key, picked, record.url),
    picked,
    record: { ...record, handle: picked.handle },
  });
  patch(key, { phase: 'queued', problem: null });
  startNext();
  return true;
};

/** The line is back: whoever waits goes on now. */
export const wakeUploads = (): void => {
  for (const item of uploads.get())
    if (item.phase === 'waiting' || isStalled(item)) works.get(item.key)?.task?.wake();
};

/** The largest piece the station wants; pieces that are on their way stay as they are. */
export const limitChunks = (sizeBytes: number): void => {
  chunkBytes = sizeBytes;
};

let owner: string | null = null;

/** The uploads belong to who is signed in; when somebody else is, nothing may go on in the former name. */
export const claimUploads = (userId: string): void => {
  if (owner !== null && owner !== userId) {
    for (const { task } of works.values()) void task?.pause();
    works.clear();
    publish([]);
  }
  owner = userId;
};
