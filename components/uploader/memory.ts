import type { UploadRecord } from './types';

const NAME = 'siaran-uploads';
const TABLE = 'uploads';

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB refused'));
  });

const open = (): Promise<IDBDatabase> => {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: 'uploadId' });
  return done(request);
};

const inTable = async <T>(
  mode: IDBTransactionMode,
  work: (table: IDBObjectStore) => IDBRequest<T>,
): Promise<T> => {
  const db = await open();
  try {
    return await done(work(db.transaction(TABLE, mode).objectStore(TABLE)));
  } finally {
    db.close();
  }
};

/** Keeps what is needed to go on after a reload. A browser that keeps nothing (private windows) only asks for the file again. */
export const rememberUpload = async (record: UploadRecord): Promise<void> => {
  await inTable('readwrite', (table) => table.put(record)).catch(() => undefined);
};

export const forgetUpload = async (uploadId: string): Promise<void> => {
  await inTable('readwrite', (table) => table.delete(uploadId)).catch(() => undefined);
};

export const rememberedUploads = (): Promise<UploadRecord[]> =>
  inTable<UploadRecord[]>('readonly', (table) => table.getAll()).catch(() => []);
