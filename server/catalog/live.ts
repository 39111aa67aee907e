import { and, eq } from 'drizzle-orm';
import { channel } from '../../drizzle/schema/catalog.ts';
import { isUuid } from '../core/ids.ts';
import { channelByPath } from './output-path.ts';
import type { CatalogPorts } from './ports.ts';
import { type OpenSource, openSource, sourcesOf } from './sources.ts';

/** Everything the live engine needs to play a channel; sources in the order in which they are tried. */
export type LiveChannel = {
  id: string;
  num: number;
  outputPath: string | null;
  name: string;
  sources: OpenSource[];
  idleTimeoutMs: number;
  segmentDurationS: number;
  ringBytes: number;
};

/** Finds the channel behind a uuid, a number, an output path or a path it had in the last 30 days. */
export async function resolveChannel({ db, clock }: CatalogPorts, key: string): Promise<string | null> {
  if (isUuid(key) || /^\d{1,15}$/.test(key)) {
    const where = isUuid(key) ? eq(channel.id, key) : eq(channel.num, Number(key));
    const [row] = await db.select({ id: channel.id }).from(channel).where(where);
    return row?.id ?? null;
  }
  return channelByPath(db, key, clock.now());
}

/** A channel as the live engine plays it, with its secrets; null when it does not exist or is switched off. */
export async function findForLive(ports: CatalogPorts, id: string): Promise<LiveChannel | null> {
  const { db, secrets, settings } = ports;
  if (!isUuid(id)) return null;
  const [row] = await db
    .select()
    .from(channel)
    .where(and(eq(channel.id, id), eq(channel.enabled, true)));
  if (!row) return null;
  const sources = (await sourcesOf(db, id)).map((entry) => openSource(entry, secrets));
  const own = row.settings;
  return {
    id: row.id,
    num: row.num,
    outputPath: row.outputPath,
    name: row.name,
    sources,
    idleTimeoutMs: (own.idleTimeoutSeconds ?? settings.get('streamIdleTimeoutSeconds')) * 1000,
    segmentDurationS: own.segmentSeconds ?? settings.get('liveSegmentSeconds'),
    ringBytes: own.bufferBytes ?? settings.get('relayBufferBytes'),
  };
}
