/** Which page sends which upload, so that a second tab does not send the same bytes; where the browser has locks. */

const PREFIX = 'siaran-upload-';
const releases = new Map<string, () => void>();

/** Ends by itself with the page. */
export const holdUpload = (uploadId: string): void => {
  if (!navigator.locks || releases.has(uploadId)) return;
  releases.set(uploadId, () => undefined);
  navigator.locks
    .request(PREFIX + uploadId, () => new Promise<void>((resolve) => releases.set(uploadId, resolve)))
    .catch(() => undefined);
};

export const releaseUpload = (uploadId: string): void => {
  releases.get(uploadId)?.();
  releases.delete(uploadId);
};

/** Uploads that some page of this browser is sending now. */
export const heldUploads = async (): Promise<Set<string>> => {
  if (!navigator.locks) return new Set();
  const { held = [] } = await navigator.locks.query();
  return new Set(held.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])));
};
