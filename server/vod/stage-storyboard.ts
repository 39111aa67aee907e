import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { type Storyboard, video } from '../../drizzle/schema/vod.ts';
import { messageOf } from '../core/errors.ts';
import { keyframeGrid } from '../media/args.ts';
import { fpsOf } from '../media/frame-rate.ts';
import { storyboardInterval, storyboardLayout } from '../media/storyboard.ts';
import { currentGeneration, type Generation } from './generation.ts';
import { generationKey } from './open-grids.ts';
import type { Stage, StageContext } from './stage.ts';
import type { StoryboardSource } from './storyboard-frames.ts';
import { makeSheets } from './storyboard-sheets.ts';

/** What a small picture takes at most. */
const TILE_BYTES = 20_000;

/**
 * Makes the small pictures of the seek bar from keyframes of the lowest quality. A video without them is still a video, so
 * this stage never fails it. Pictures of an earlier time go afterwards.
 */
export const storyboardStage: Stage = async (context) => {
  const { ports, video: row, signal, log } = context;
  const made = await makeStoryboard(context).catch((error: unknown) => {
    signal.throwIfAborted();
    ports.log.warn({ videoId: row.id, error: messageOf(error) }, 'no storyboard could be made');
    log('No pictures for the seek bar could be made; the video plays without them.');
    return null;
  });
  return {
    next: 'mp4',
    commit: async (tx) => {
      if (made) await tx.update(video).set({ storyboard: made }).where(eq(video.id, row.id));
    },
    afterwards: async () => {
      if (made) await removeOthers(context, made.version);
    },
  };
};

async function makeStoryboard(context: StageContext): Promise<Storyboard | null> {
  const { ports, video: row, log } = context;
  const generation = await currentGeneration(ports.db, row.id);
  if (generation === null || generation.frames === null) return null;
  const board = planOf(row.storyboard?.version ?? 0, generation, generation.frames);
  await ports.store.checkSpace(board.count * TILE_BYTES);
  const begunAt = ports.clock.monotonicMs();
  await makeSheets(context, board, sourceOf(context, generation, board));
  const seconds = ((ports.clock.monotonicMs() - begunAt) / 1000).toFixed(1);
  log(`${board.count} pictures for the seek bar, one every ${board.everySeconds} s, in ${seconds} s.`);
  return board;
}

function planOf(knownVersion: number, { plan, renditions }: Generation, frames: number): Storyboard {
  const { segmentSeconds } = plan;
  const lengthSeconds = frames / fpsOf(plan.rate);
  const grid = { segmentSeconds, everySeconds: keyframeGrid(segmentSeconds).everySeconds };
  const everySeconds = storyboardInterval(lengthSeconds, grid);
  const count = Math.max(1, Math.ceil(lengthSeconds / everySeconds - 1e-6));
  const { width, height } = renditions.at(-1)!;
  const layout = storyboardLayout({ width: width ?? 16, height: height ?? 9 }, count);
  return { version: knownVersion + 1, ...layout, everySeconds, count };
}

function sourceOf(
  { ports }: StageContext,
  { videoId, gen, plan, renditions }: Generation,
  board: Storyboard,
): StoryboardSource {
  const folder = ports.store.path(generationKey(videoId, gen));
  return {
    pathOf: (k) => join(folder, renditions[0]!.rung, `${k}.v.ts`),
    segmentSeconds: plan.segmentSeconds,
    everySeconds: board.everySeconds,
    count: board.count,
  };
}

async function removeOthers({ ports, video: row }: StageContext, version: number): Promise<void> {
  for (const name of await ports.store.list(`processed/${row.id}`)) {
    const found = /^storyboard-(\d+)-\d+\.jpg$/.exec(name);
    if (found && Number(found[1]) !== version) await ports.store.remove(`processed/${row.id}/${name}`);
  }
}
