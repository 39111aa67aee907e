import { eq, sql } from 'drizzle-orm';
import { rendition } from '../../../drizzle/schema/vod.ts';
import { messageOf } from '../../core/errors.ts';
import type { Generation } from '../generation.ts';
import type { Row } from '../grid/store.ts';
import type { VodPorts } from '../ports.ts';

/**
 * Writes down the size of a segment of a finished quality that was lost and made again: its bits may differ (contracts.md
 * §1), and the sizes are the index of the whole quality as one file, which becomes another file by it.
 */
export async function keepSize(
  { db, events, log }: Pick<VodPorts, 'db' | 'events' | 'log'>,
  { videoId, renditions, complete }: Generation,
  { row, k, sizeBytes }: { row: Row; k: number; sizeBytes: number },
): Promise<void> {
  const quality = renditions.find(({ rung }) => rung === row);
  if (!complete || quality === undefined || quality.segments.sizesBytes[k] === sizeBytes) return;
  try {
    await db
      .update(rendition)
      .set({
        segments: sql`jsonb_set(${rendition.segments}, ${`{sizesBytes,${k}}`}::text[], ${String(sizeBytes)}::jsonb)`,
      })
      .where(eq(rendition.id, quality.id));
    events.emit('video.changed', { videoId });
  } catch (error) {
    log.warn({ videoId, row, k, error: messageOf(error) }, 'the size of a segment was not written down');
  }
}
