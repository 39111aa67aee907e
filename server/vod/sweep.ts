import { and, eq, notInArray } from 'drizzle-orm';
import { grid, rendition, video } from '../../drizzle/schema/vod.ts';
import { isUuid } from '../core/ids.ts';
import { currentGeneration, forgetGeneration } from './generation.ts';
import { generationKey } from './open-grids.ts';
import { ownerOfRoom } from './owner.ts';
import type { VodPorts } from './ports.ts';

export type Beginning = {
  probe(videoId: string): Promise<unknown>;
  /** Under a new generation. */
  anew(videoId: string): Promise<unknown>;
};

/**
 * Puts right what a killed server left: files that are whole but were never handed over go on their way, working folders
 * of processes that are gone and generations that nobody plays any more disappear. Runs before any job does.
 */
export async function sweep(ports: VodPorts, living: ReadonlySet<number>, begin: Beginning): Promise<void> {
  const { db, store } = ports;
  for (const name of await store.list('temp/work')) {
    const owner = ownerOfRoom(name);
    if (owner === null || !living.has(owner)) await store.remove(`temp/work/${name}`);
  }
  const waiting = await db
    .select({ id: video.id })
    .from(video)
    .where(and(eq(video.state, 'uploading'), eq(video.ingest, 'stored')));
  for (const { id } of waiting) await begin.probe(id);
  // A worker starts while others give out what is old.
  if (ports.role === 'worker') return;
  await removeOldGenerations(ports);
  await remakeMuxed(ports, begin);
}

/** Old generations are kept while the server runs, for players that still hold the old playlist. */
async function removeOldGenerations({ db, store }: VodPorts): Promise<void> {
  for (const videoId of (await store.list('processed')).filter(isUuid)) {
    const [row] = await db.select({ gen: video.gen }).from(video).where(eq(video.id, videoId));
    if (!row) continue;
    const playing = await currentGeneration(db, videoId);
    for (const name of await store.list(`processed/${videoId}`)) {
      const gen = /^\d+$/.test(name) ? Number(name) : null;
      if (gen === null || gen === playing?.gen || gen === row.gen) continue;
      await db.transaction((tx) => forgetGeneration(tx, videoId, gen));
      await store.remove(generationKey(videoId, gen));
    }
  }
}

/** Videos that were made before there was a grid are made again from their file, if it is still there. */
async function remakeMuxed({ db, store }: VodPorts, begin: Beginning): Promise<void> {
  const onGrid = db.select({ id: grid.videoId }).from(grid);
  const rows = await db
    .selectDistinct({ id: video.id })
    .from(video)
    .innerJoin(rendition, eq(rendition.videoId, video.id))
    .where(and(eq(video.state, 'ready'), notInArray(video.id, onGrid)));
  for (const { id } of rows) if ((await store.size(`raw/${id}`)) !== null) await begin.anew(id);
}
