import { and, eq } from 'drizzle-orm';
import { video } from '../../drizzle/schema/vod.ts';
import { messageOf } from '../core/errors.ts';
import { factsOf, type Stage, type StageContext } from './stage.ts';
import { bestStill } from './stills.ts';

export const thumbnailKey = (videoId: string, version: number): string =>
  `processed/${videoId}/thumb-${version}.jpg`;

/**
 * Takes a good still. A video without one is still a video, so this stage never fails it. A picture that is there stays: the
 * file is the same, and a person may have chosen it.
 */
export const thumbnailStage: Stage = async (context) => {
  const { ports, video: row } = context;
  const known = row.thumbnailVersion;
  const isThere = known > 0 && (await ports.store.size(thumbnailKey(row.id, known))) !== null;
  const made = !isThere && (await take(context, thumbnailKey(row.id, known + 1)));
  return {
    next: 'rendition',
    commit: async (tx) => {
      if (!made) return;
      await tx
        .update(video)
        .set({ thumbnailVersion: known + 1 })
        .where(and(eq(video.id, row.id), eq(video.thumbnailVersion, known)));
    },
  };
};

async function take({ ports, video: row, signal, roomDir }: StageContext, key: string): Promise<boolean> {
  try {
    return await bestStill({ ports, videoId: row.id, facts: factsOf(row), roomDir, signal }, key);
  } catch (error) {
    signal.throwIfAborted();
    ports.log.warn({ videoId: row.id, error: messageOf(error) }, 'no thumbnail could be made');
    return false;
  }
}
