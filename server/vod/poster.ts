import { and, eq } from 'drizzle-orm';
import { video } from '../../drizzle/schema/vod.ts';
import { AppError } from '../core/errors.ts';
import { needVideo } from './commands.ts';
import type { VodPorts } from './ports.ts';
import { factsOf, rawKey } from './stage.ts';
import { thumbnailKey } from './stage-thumbnail.ts';
import { stillAt } from './stills.ts';

/**
 * Makes the picture that is shown at `atSeconds` the poster of a video. Throws VALIDATION behind the end of the video,
 * NOT_READY while its file is not here, CONFLICT when it is not here any more.
 */
export async function choosePoster(
  ports: VodPorts,
  id: string,
  atSeconds: number,
  signal: AbortSignal,
): Promise<void> {
  const { db, store, events } = ports;
  const row = await needVideo(ports, id);
  const facts = factsOf(row);
  if (row.ingest !== 'stored' || facts?.video == null) throw new AppError('NOT_READY');
  if ((await store.size(rawKey(row.id))) === null)
    throw new AppError('CONFLICT', {
      message: 'The uploaded file is not here any more. Upload the video again to choose another picture.',
    });
  const length = row.durationSeconds ?? facts.durationSeconds;
  if (length !== null && atSeconds > length) throw behindEnd(length);
  const known = row.thumbnailVersion;
  const roomDir = store.path(`temp/work/${ports.owner.roomName()}`);
  const key = thumbnailKey(row.id, known + 1);
  if (!(await stillAt({ ports, videoId: row.id, facts, roomDir, signal }, key, atSeconds)))
    throw new AppError('MEDIA_UNREADABLE', {
      message: 'No picture could be read at this time of the video. Choose another time.',
    });
  const changed = await db
    .update(video)
    .set({ thumbnailVersion: known + 1, updatedAt: new Date() })
    .where(and(eq(video.id, row.id), eq(video.thumbnailVersion, known)))
    .returning({ id: video.id });
  if (changed.length === 0)
    throw new AppError('CONFLICT', {
      message: 'Another picture was chosen in the same moment. Look which one is there, then try again.',
    });
  if (known > 0) await store.remove(thumbnailKey(row.id, known));
  events.emit('video.changed', { videoId: row.id });
}

function behindEnd(lengthSeconds: number): AppError {
  const message = `The video ends after ${lengthSeconds.toFixed(1)} seconds. Choose a time before that.`;
  return new AppError('VALIDATION', { message, details: [{ field: 'atSeconds', message }] });
}
