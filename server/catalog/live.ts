import { and, eq } from 'drizzle-orm';
import { channel, provider } from '../../drizzle/schema/catalog.ts';
import { isUuid } from '../core/ids.ts';
import { channelByPath } from './output-path.ts';
import type { CatalogPorts } from './ports.ts';
import { type OpenSource, openSource, sourcesOf } from './sources.ts';
import { serverSettings } from './stream-settings.ts';

/** The account at a provider whose connection a source takes; null `maxConnections` stands for any number. */
type Account = { id: string; name: string; maxConnections: number | null };

/** A source as it is played; `account` is null for one that no provider's list brought. */
type PlayedSource = OpenSource & { account: Account | null };

/** Everything the live engine needs to play a channel; sources in the order in which they are tried. */
export type LiveChannel = {
  id: string;
  num: number;
  outputPath: string | null;
  name: string;
  sources: PlayedSource[];
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
  const [found] = await db
    .select({
      channel,
      account: { id: provider.id, name: provider.name, maxConnections: provider.maxConnections },
    })
    .from(channel)
    .leftJoin(provider, eq(provider.id, channel.providerId))
    .where(and(eq(channel.id, id), eq(channel.enabled, true)));
  if (!found) return null;
  const { channel: row, account } = found;
  const sources = (await sourcesOf(db, id)).map((entry) => ({
    ...openSource(entry, secrets),
    account: entry.provided ? account : null,
  }));
  const own = row.settings;
  const server = serverSettings(settings);
  return {
    id: row.id,
    num: row.num,
    outputPath: row.outputPath,
    name: row.name,
    sources,
    idleTimeoutMs: (own.idleTimeoutSeconds ?? server.idleTimeoutSeconds) * 1000,
    segmentDurationS: own.segmentSeconds ?? server.segmentSeconds,
    ringBytes: own.bufferBytes ?? server.bufferBytes,
  };
}
