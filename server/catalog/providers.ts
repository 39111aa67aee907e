import { asc, desc, eq, sql } from 'drizzle-orm';
import { channel, provider } from '../../drizzle/schema/catalog.ts';
import type { Provider, ProviderPatch } from '../../lib/contract/channels.ts';
import type { Page } from '../../lib/contract/common.ts';
import { AppError } from '../core/errors.ts';
import type { Secrets } from '../core/secrets.ts';
import type { Db } from '../db/index.ts';
import type { CatalogPorts } from './ports.ts';
import { labelOf } from './sources.ts';

/** A provider with the version that its ETag is made of. */
export type ListedProvider = Omit<Provider, 'etag'> & { version: number };

type Paging = { cursor?: string | undefined; limit: number };

/** Group names with their channels, in order of name; channels without a group are not counted. */
export async function listGroups(
  db: Db,
  { cursor, limit }: Paging,
): Promise<Page<{ name: string; channels: number }>> {
  const offset = offsetOf(cursor);
  const rows = await db
    .select({
      name: channel.group,
      channels: sql<number>`count(*)::int`,
      total: sql<number>`(count(*) over ())::int`,
    })
    .from(channel)
    .where(sql`${channel.group} <> ''`)
    .groupBy(channel.group)
    .orderBy(asc(sql`lower(${channel.group})`), asc(channel.group))
    .limit(limit)
    .offset(offset);
  const total = rows[0]?.total ?? 0;
  return {
    items: rows.map(({ name, channels }) => ({ name, channels })),
    nextCursor: nextOf(offset, limit, total),
    total,
  };
}

/** Where channels came from, newest first; addresses are masked. */
export async function listProviders(
  db: Db,
  secrets: Secrets,
  { cursor, limit, id }: Paging & { id?: string },
): Promise<Page<ListedProvider>> {
  const offset = offsetOf(cursor);
  const rows = await db
    .select({
      provider,
      channels: sql<number>`count(${channel.id})::int`,
      missing: sql<number>`(count(${channel.id}) filter (where ${channel.missing}))::int`,
    })
    .from(provider)
    .leftJoin(channel, eq(channel.providerId, provider.id))
    .where(id === undefined ? undefined : eq(provider.id, id))
    .groupBy(provider.id)
    .orderBy(desc(provider.createdAt), desc(provider.id))
    .limit(limit)
    .offset(offset);
  const total = await db.$count(provider);
  const items = rows.map((row) => present(row, secrets));
  return { items, nextCursor: nextOf(offset, limit, total), total };
}

/** One provider, as the list shows it. */
export async function findProvider(db: Db, secrets: Secrets, id: string): Promise<ListedProvider> {
  const [found] = (await listProviders(db, secrets, { limit: 1, id })).items;
  if (!found) throw new AppError('NOT_FOUND');
  return found;
}

/** Renames a provider that is still at `version` (null = whatever it is at), or says how many connections it allows. */
export async function patchProvider(
  { db, events, clock }: Pick<CatalogPorts, 'db' | 'events' | 'clock'>,
  id: string,
  patch: ProviderPatch,
  version: number | null,
): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx.select().from(provider).where(eq(provider.id, id)).for('update');
    if (!row) throw new AppError('NOT_FOUND');
    if (version !== null && row.version !== version) throw new AppError('EDIT_CONFLICT');
    const { name = row.name, maxConnections = row.maxConnections } = patch;
    const stamp = { version: row.version + 1, updatedAt: new Date(clock.now()) };
    await tx
      .update(provider)
      .set({ name, maxConnections, ...stamp })
      .where(eq(provider.id, id));
  });
  events.emit('catalog.changed', { reason: 'edited' });
}

type Row = { provider: typeof provider.$inferSelect; channels: number; missing: number };

const present = ({ provider: row, channels, missing }: Row, secrets: Secrets): ListedProvider => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  url: row.urlEnc === null ? null : labelOf(secrets.decrypt(row.urlEnc)),
  channels,
  missing,
  maxConnections: row.maxConnections,
  importedAt: row.importedAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  version: row.version,
});

/** Groups and providers are few, so their cursor is a place in the list. */
function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,7}$/.test(cursor)) return Number(cursor);
  throw new AppError('VALIDATION', {
    details: [{ field: 'cursor', message: 'This cursor is not of this list.' }],
  });
}

const nextOf = (offset: number, limit: number, total: number): string | null =>
  offset + limit < total ? String(offset + limit) : null;
