import { eq } from 'drizzle-orm';
import { upload, video } from '../../drizzle/schema/vod.ts';
import { AppError } from '../core/errors.ts';
import type { IngestPorts } from './ports.ts';
import { PARTIAL } from './protocol.ts';

export const uploadKey = (id: string): string => `temp/uploads/${id}`;
/** Where parts are put together before they are the file of their upload. */
export const joinKey = (id: string): string => `${uploadKey(id)}.join`;
export const rawKey = (videoId: string): string => `raw/${videoId}`;

type Moving = { videoId: string | null; sizeBytes: number | null };

/** True when the file of an upload is in `raw/` with all of its bytes. */
export const isMoved = async ({ store }: IngestPorts, { videoId, sizeBytes }: Moving): Promise<boolean> =>
  videoId !== null && sizeBytes !== null && (await store.size(rawKey(videoId))) === sizeBytes;

/**
 * Moves a whole file out of the upload store and says so in its rows, in one step that can be cut anywhere and done again
 * (UP-17): the file is moved first, the rows are written second, the video goes on its way last. A part of a parallel
 * upload stays where it is until the others have come.
 */
export async function finishUpload(ports: IngestPorts, id: string): Promise<void> {
  const { db, store } = ports;
  const videoId = await db.transaction(async (tx) => {
    const [row] = await tx.select().from(upload).where(eq(upload.id, id)).for('update');
    if (!row) throw new AppError('UPLOAD_NOT_FOUND');
    if (row.concat === PARTIAL || row.videoId === null || row.sizeBytes === null) return null;
    if (row.state === 'stored') return row.videoId;
    if (row.state !== 'receiving') throw new AppError('UPLOAD_EXPIRED');
    if ((await store.size(uploadKey(id))) === row.sizeBytes)
      await store.put(rawKey(row.videoId), store.path(uploadKey(id)));
    else if (!(await isMoved(ports, row))) throw new AppError('UPLOAD_NOT_FOUND');
    const now = new Date();
    await tx
      .update(upload)
      .set({ state: 'stored', offsetBytes: row.sizeBytes, updatedAt: now })
      .where(eq(upload.id, id));
    await tx
      .update(video)
      .set({ ingest: 'stored', sizeBytes: row.sizeBytes, updatedAt: now })
      .where(eq(video.id, row.videoId));
    return row.videoId;
  });
  if (videoId !== null) await ports.accept(videoId);
}
