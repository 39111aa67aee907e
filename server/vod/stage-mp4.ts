import { eq } from 'drizzle-orm';
import { video } from '../../drizzle/schema/vod.ts';
import { AppError } from '../core/errors.ts';
import type { OpenGrids } from './open-grids.ts';
import { madeRenditions } from './queries.ts';
import { mp4Key, remux } from './remux.ts';
import type { Stage } from './stage.ts';

/**
 * Makes the fast-start MP4 of the best rung; other qualities are made when they are first asked for, with KEEP_MP4 here.
 */
export const mp4Stage =
  (grids: OpenGrids): Stage =>
  async ({ ports, video: row, signal, report, roomDir }) => {
    const [best, ...lower] = (await madeRenditions(ports.db, row.id)).reverse();
    if (!best) throw new AppError('NOT_READY');
    const wanted = ports.settings.get('keepMp4') ? [best, ...lower] : [best];
    for (const [at, one] of wanted.entries()) {
      // An earlier run that was cut short has made some of them.
      if ((await ports.store.size(mp4Key(one.videoId, one.gen, one.rung))) !== null) continue;
      await remux(ports, one, {
        ...{ grids, roomDir, signal },
        report: (share, speed, etaSeconds) => report((at + share) / wanted.length, speed, etaSeconds),
      });
    }
    return {
      next: null,
      commit: async (tx) =>
        void (await tx.update(video).set({ mp4Quality: best.rung }).where(eq(video.id, row.id))),
    };
  };
