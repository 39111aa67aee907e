import { and, eq, notInArray } from 'drizzle-orm';
import { grid, rendition, video } from '../../drizzle/schema/vod.ts';
import { isUuid } from '../core/ids.ts';
import { currentGeneration, forgetGeneration } from './generation.ts';
import { generationKey } from './open-grids.ts';
import { ownerOfRoom } from './owner.ts';
import type { VodPorts } from './ports.ts';

/** Makes a video again under a new generation. */
type MakeAnew = (videoId: string) => Promise<unknown>;

/**
 * Removes what a killed server left: working folders of processes that are gone, and generations that nobody plays any
 * more. Runs before any job does.
 */
export async function sweep(ports: VodPorts, living: ReadonlySet<number>, makeAnew: MakeAnew): Promise<void> {
  const { store } = ports;
  for (const name of await store.list('temp/work')) {
    const owner = ownerOfRoom(name);
    if (owner === null || !living.has(owner)) await store.remove(`temp/work/${name}`);
  }
  // A worker starts while others give out what is old.
  if (ports.role === 'worker') return;
  await removeOldGenerations(ports);
  await remakeMuxed(ports, makeAnew);
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
async function remakeMuxed({ db, store }: VodPorts, makeAnew: MakeAnew): Promise<void> {
  const onGrid = db.select({ id: grid.videoId }).from(grid);
  const rows = await db
    .selectDistinct({ id: video.id })
    .from(video)
    .innerJoin(rendition, eq(rendition.videoId, video.id))
    .where(and(eq(video.state, 'ready'), notInArray(video.id, onGrid)));
  for (const { id } of rows) if ((await store.size(`raw/${id}`)) !== null) await makeAnew(id);
}
