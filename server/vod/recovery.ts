import { and, eq } from 'drizzle-orm';
import { video } from '../../drizzle/schema/vod.ts';
import { messageOf } from '../core/errors.ts';
import { forgetPast } from './pieces/rows.ts';
import type { Pipeline } from './pipeline.ts';
import type { VodPorts } from './ports.ts';

const EVERY_MS = 60_000;

/**
 * Sends on what was written down but went no further, because the process ended or the database went away between two
 * steps: whole files that were never handed over, and jobs that never reached their queue. What is past is forgotten.
 */
export async function recover(
  { db }: Pick<VodPorts, 'db'>,
  pipeline: Pipeline,
  beginProbe: (videoId: string) => Promise<unknown>,
): Promise<void> {
  const waiting = await db
    .select({ id: video.id })
    .from(video)
    .where(and(eq(video.state, 'uploading'), eq(video.ingest, 'stored')));
  for (const { id } of waiting) await beginProbe(id);
  await pipeline.recover();
  await forgetPast(db);
}

/** Does `work` each minute, and as soon as the database is back; comes back with what ends that. */
export function recoverAgain(
  { events, log }: Pick<VodPorts, 'events' | 'log'>,
  work: () => Promise<void>,
): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  const again = (): void => {
    last = last.then(work).catch((error: unknown) => {
      log.debug({ error: messageOf(error) }, 'work that was left behind cannot be looked for');
    });
  };
  const off = events.on('peers.missed', again);
  const timer = setInterval(again, EVERY_MS);
  return async () => {
    off();
    clearInterval(timer);
    await last;
  };
}
