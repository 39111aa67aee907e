import { and, eq } from 'drizzle-orm';
import { rendition, video } from '../../drizzle/schema/vod.ts';
import { isUuid } from '../core/ids.ts';
import type { VodPorts } from './ports.ts';
import { generationKey } from './stage-rendition.ts';

/**
 * Puts right what a killed server left: files that are whole but were never handed over go on their way, working folders
 * and half-made generations disappear. Runs before any job does.
 */
export async function sweep(ports: VodPorts, begin: (videoId: string) => Promise<boolean>): Promise<void> {
  const { db, store } = ports;
  for (const name of await store.list('temp/work')) await store.remove(`temp/work/${name}`);
  const waiting = await db
    .select({ id: video.id })
    .from(video)
    .where(and(eq(video.state, 'uploading'), eq(video.ingest, 'stored')));
  for (const { id } of waiting) await begin(id);
  await removeOldGenerations(ports);
}

/** Old generations are kept while the server runs, for players that still hold the old playlist. */
async function removeOldGenerations({ db, store }: VodPorts): Promise<void> {
  const rows = await db.select({ videoId: rendition.videoId, gen: rendition.gen }).from(rendition);
  const known = new Set(rows.map((row) => `${row.videoId}/${row.gen}`));
  for (const videoId of (await store.list('processed')).filter(isUuid)) {
    for (const name of await store.list(`processed/${videoId}`)) {
      if (/^\d+$/.test(name) && !known.has(`${videoId}/${name}`))
        await store.remove(generationKey(videoId, Number(name)));
    }
  }
}
