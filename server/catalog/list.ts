import { and, asc, desc, eq, inArray, notInArray, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { channel, provider, source } from '../../drizzle/schema/catalog.ts';
import type { Channel, ChannelQuery } from '../../lib/contract/channels.ts';
import type { Page } from '../../lib/contract/common.ts';
import type { StreamSettings } from '../../lib/contract/stream-settings.ts';
import { AppError } from '../core/errors.ts';
import type { Db } from '../db/index.ts';
import { shownSettings } from './stream-settings.ts';

/** A channel without what only the live engine knows. */
export type ListedChannel = Omit<Channel, 'state' | 'viewers'>;

/** One channel with what only its own page shows. */
export type FoundChannel = ListedChannel & { settings: StreamSettings; version: number };

/** The query of the API, with the state filter already turned into ids by whoever knows the states. */
export type ListQuery = Omit<z.infer<typeof ChannelQuery>, 'state'> & {
  only?: readonly string[];
  except?: readonly string[];
  /** Viewers see only what is switched on. */
  enabledOnly?: boolean;
};

type Sort = ListQuery['sort'];
type Cursor = (string | number)[];

const sortNumber = sql`coalesce(${channel.sortNumber}, 2147483647)`;
const lowerName = sql`lower(${channel.name})`;

/** The columns of each order; the last one is unique, so a page ends at an exact place. */
const ORDERS: Record<Sort, SQL[]> = {
  number: [sortNumber, sql`${channel.num}`],
  name: [lowerName, sql`${channel.num}`],
  group: [sql`${channel.group}`, lowerName, sql`${channel.num}`],
  created: [sql`${channel.num}`],
};

const columns = {
  channel,
  providerName: provider.name,
  sourceCount: sql<number>`(select count(*)::int from ${source} where ${source.channelId} = ${channel.id})`,
};

/** One page of channels by keyset, so the last of 100,000 comes as fast as the first. */
export async function listChannels(db: Db, query: ListQuery): Promise<Page<ListedChannel>> {
  const order = ORDERS[query.sort];
  const filter = filterOf(query);
  const keys = sql`jsonb_build_array(${sql.join(order, sql`, `)})`;
  const rows = await db
    .select({ ...columns, key: sql<Cursor>`${keys}` })
    .from(channel)
    .leftJoin(provider, eq(provider.id, channel.providerId))
    .where(and(filter, after(query)))
    .orderBy(...order.map((column) => (query.sort === 'created' ? desc(column) : asc(column))))
    .limit(query.limit + 1);
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items: items.map(present),
    nextCursor: rows.length > query.limit && last ? encodeCursor(last.key) : null,
    total: await db.$count(channel, filter),
  };
}

/** One channel, as the list shows it. */
export async function findChannel(db: Db, id: string): Promise<FoundChannel | null> {
  const [row] = await db
    .select(columns)
    .from(channel)
    .leftJoin(provider, eq(provider.id, channel.providerId))
    .where(eq(channel.id, id));
  if (!row) return null;
  return { ...present(row), settings: shownSettings(row.channel.settings), version: row.channel.version };
}

function filterOf(query: ListQuery): SQL | undefined {
  const search = query.search?.trim();
  return and(
    search ? matches(search) : undefined,
    query.group !== undefined ? eq(channel.group, query.group) : undefined,
    query.providerId ? eq(channel.providerId, query.providerId) : undefined,
    query.only ? (query.only.length > 0 ? inArray(channel.id, [...query.only]) : sql`false`) : undefined,
    query.enabledOnly ? eq(channel.enabled, true) : undefined,
    query.except && query.except.length > 0 ? notInArray(channel.id, [...query.except]) : undefined,
  );
}

/** Every word is found in the name or the group; a number also finds that channel. */
function matches(search: string): SQL | undefined {
  const words = search.toLowerCase().split(/\s+/).slice(0, 8);
  const inText = words.map((word) => {
    const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
    return sql`(${lowerName} like ${pattern} or lower(${channel.group}) like ${pattern})`;
  });
  const text = and(...inText);
  if (!/^\d{1,9}$/.test(search)) return text;
  return sql`(${text} or ${channel.num} = ${Number(search)} or ${channel.sortNumber} = ${Number(search)})`;
}

function after(query: ListQuery): SQL | undefined {
  if (query.cursor === undefined) return undefined;
  const order = ORDERS[query.sort];
  const values = decodeCursor(query.cursor, order.length).map((value) => sql`${value}`);
  const comparison = query.sort === 'created' ? sql`<` : sql`>`;
  return sql`(${sql.join(order, sql`, `)}) ${comparison} (${sql.join(values, sql`, `)})`;
}

const encodeCursor = (key: Cursor): string => Buffer.from(JSON.stringify(key)).toString('base64url');

function decodeCursor(text: string, length: number): Cursor {
  try {
    const key: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    const isKey =
      Array.isArray(key) && key.every((part) => typeof part === 'string' || Number.isSafeInteger(part));
    if (isKey && key.length === length && typeof key.at(-1) === 'number') return key as Cursor;
  } catch {
    // Falls through to the same answer as any other wrong cursor.
  }
  throw new AppError('VALIDATION', {
    details: [{ field: 'cursor', message: 'This cursor is not of this list.' }],
  });
}

type Row = { channel: typeof channel.$inferSelect; providerName: string | null; sourceCount: number };

function present({ channel: row, providerName, sourceCount }: Row): ListedChannel {
  const effective = { ...row.provided, ...row.overrides };
  return {
    id: row.id,
    num: row.num,
    outputPath: row.outputPath,
    name: row.name,
    group: row.group,
    chno: effective.chno,
    tvgId: effective.tvgId,
    tvgName: effective.tvgName,
    logo: effective.logo,
    enabled: row.enabled,
    missing: row.missing,
    providerId: row.providerId,
    providerName,
    overrides: Object.keys(row.overrides),
    sourceCount,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
