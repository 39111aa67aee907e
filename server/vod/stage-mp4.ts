import { eq } from 'drizzle-orm';
import { video } from '../../drizzle/schema/vod.ts';
import { AppError } from '../core/errors.ts';
import type { OpenGrids } from './open-grids.ts';
import { madeRenditions } from './queries.ts';
import { remux } from './remux.ts';
import type { Stage } from './stage.ts';

/** Makes the fast-start MP4 of the best rung; other qualities are made when they are first asked for. */
export const mp4Stage =
  (grids: OpenGrids): Stage =>
  async ({ ports, video: row, signal, report, roomDir }) => {
    const best = (await madeRenditions(ports.db, row.id)).at(-1);
    if (!best) throw new AppError('NOT_READY');
    await remux(ports, best, { grids, roomDir, signal, report });
    return {
      next: null,
      commit: async (tx) =>
        void (await tx.update(video).set({ mp4Quality: best.rung }).where(eq(video.id, row.id))),
    };
  };
