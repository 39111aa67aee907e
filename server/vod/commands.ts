import { and, eq, inArray } from 'drizzle-orm';
import { upload, video } from '../../drizzle/schema/vod.ts';
import type { ErrorCode } from '../../lib/contract/errors.ts';
import { AppError } from '../core/errors.ts';
import { toVideoError } from '../media/explain.ts';
import { playsWithout } from './generation.ts';
import { reopenFailed } from './pieces/rows.ts';
import type { Pipeline } from './pipeline.ts';
import type { VodPorts } from './ports.ts';
import { findVideo, type VideoRow } from './queries.ts';
import { rawKey } from './stage.ts';
import type { Making } from './stage-rendition.ts';
import { enter } from './states.ts';

export type VideoPatch = {
  title?: string | undefined;
  description?: string | undefined;
  visibility?: VideoRow['visibility'] | undefined;
};

type FirstStage = 'probe' | 'rendition';

export const needVideo = async (ports: VodPorts, id: string): Promise<VideoRow> => {
  const row = await findVideo(ports.db, id);
  if (!row) throw new AppError('NOT_FOUND');
  return row;
};

/** Sends a video on its way from a stage on; false when it may not go there from where it is. */
export async function begin(
  ports: VodPorts,
  pipeline: Pipeline,
  videoId: string,
  stage: FirstStage,
  patch: { gen?: number; paused?: boolean } = {},
): Promise<boolean> {
  let jobId = '';
  const fresh = { ingest: 'stored' as const, progress: 0, stage: null, error: null };
  const moved = await enter(ports, videoId, 'queued', { ...fresh, ...patch }, async (tx) => {
    await reopenFailed(tx, videoId);
    jobId = await pipeline.plan(tx, videoId, stage);
  });
  if (moved) await pipeline.send(stage, jobId, videoId);
  return moved;
}

/** What people and ingest do with videos. */
export const createCommands = (ports: VodPorts, pipeline: Pipeline, making: Making) => ({
  ...createWays(ports, pipeline),
  ...createHolds(ports, making),
  ...createEdits(ports, pipeline, making),
});

/** Where a video goes next. */
function createWays(ports: VodPorts, pipeline: Pipeline) {
  const again = async (row: VideoRow, stage: FirstStage, patch: { gen?: number } = {}): Promise<void> => {
    if ((await ports.store.size(rawKey(row.id))) === null)
      throw new AppError('CONFLICT', {
        message: 'The uploaded file is not here any more. Upload the video again.',
      });
    if (!(await begin(ports, pipeline, row.id, row.facts ? stage : 'probe', { ...patch, paused: false })))
      throw new AppError('CONFLICT', {
        message: 'This video is being processed already. Wait until it is done.',
      });
  };
  return {
    async accept(videoId: string): Promise<void> {
      const row = await needVideo(ports, videoId);
      if (row.state === 'uploading') await begin(ports, pipeline, row.id, 'probe');
    },
    async abandon(videoId: string, code: ErrorCode): Promise<void> {
      await enter(ports, videoId, 'failed', { error: toVideoError(new AppError(code)) });
    },
    async cancel(id: string): Promise<void> {
      const row = await needVideo(ports, id);
      const playable = await playsWithout(ports, row.id);
      if (!(await enter(ports, row.id, 'cancelled', { stage: null, playable })))
        throw new AppError('CONFLICT', {
          message: 'There is nothing to cancel: this video is not being processed.',
        });
      await pipeline.stop(row.id);
      await dropUpload(ports, row.id);
    },
    async retry(id: string) {
      await again(await needVideo(ports, id), 'probe');
    },
    /** All segments anew, under a new generation; the old one plays until the new one is complete. */
    async generateHls(id: string) {
      const row = await needVideo(ports, id);
      await again(row, 'rendition', { gen: row.gen + 1 });
    },
  };
}

function createHolds(ports: VodPorts, { worker }: Making) {
  const hold = async (id: string, paused: boolean): Promise<void> => {
    const row = await needVideo(ports, id);
    const changed = await ports.db
      .update(video)
      .set({ paused, updatedAt: new Date() })
      .where(and(eq(video.id, row.id), inArray(video.state, ['uploading', 'queued', 'processing'])))
      .returning({ id: video.id });
    if (changed.length === 0)
      throw new AppError('CONFLICT', {
        message: 'This video is not being processed, so it cannot be paused.',
      });
    worker.check();
    worker.wake();
    ports.events.emit('video.changed', { videoId: row.id });
  };
  return {
    pause: (id: string) => hold(id, true),
    resume: (id: string) => hold(id, false),
  };
}

function createEdits(ports: VodPorts, pipeline: Pipeline, { grids }: Making) {
  const { db, store, events } = ports;
  return {
    async update(id: string, patch: VideoPatch): Promise<string> {
      const row = await needVideo(ports, id);
      const changed = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      await db
        .update(video)
        .set({ ...changed, updatedAt: new Date() })
        .where(eq(video.id, row.id));
      events.emit('video.changed', { videoId: row.id });
      return row.id;
    },
    async remove(id: string): Promise<void> {
      const row = await needVideo(ports, id);
      await pipeline.stop(row.id);
      await grids.forget(row.id);
      await dropUpload(ports, row.id);
      await store.remove(rawKey(row.id));
      await store.remove(`processed/${row.id}`);
      // Last, so that a removal that was cut short can be done again.
      await db.delete(video).where(eq(video.id, row.id));
      events.emit('video.removed', { videoId: row.id });
    },
  };
}

async function dropUpload({ db, store }: VodPorts, videoId: string): Promise<void> {
  const ended = await db
    .update(upload)
    .set({ state: 'cancelled', updatedAt: new Date() })
    .where(and(eq(upload.videoId, videoId), eq(upload.state, 'receiving')))
    .returning({ id: upload.id });
  for (const { id } of ended) await store.remove(`temp/uploads/${id}`);
}
