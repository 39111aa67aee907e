import { sql } from 'drizzle-orm';
import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { at, createdAt, id, num, updatedAt } from './columns.ts';

/** Where channels come from: an M3U list (by address, pasted or uploaded) or the panel itself. */
export const provider = pgTable('provider', {
  id: id(),
  kind: text('kind', { enum: ['m3u', 'manual'] }).notNull(),
  name: text('name').notNull(),
  urlEnc: text('url_enc'),
  /** How many connections the account allows at once; null = any number. */
  maxConnections: integer('max_connections'),
  importedAt: at('imported_at'),
  version: integer('version').notNull().default(1),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

/** What a provider says of a channel; a refresh writes these and nothing else. */
export type ProvidedChannel = {
  name: string;
  group: string;
  chno: string | null;
  tvgId: string | null;
  tvgName: string | null;
  logo: string | null;
  attributes: Record<string, string>;
  /** Keyed hash of the address and headers that the list gave, so that a change shows without decrypting. */
  sourceHash?: string;
};

/** What an admin changed; wins over what the provider says. */
export type ChannelOverrides = Partial<Pick<ProvidedChannel, 'name' | 'group' | 'chno' | 'tvgId' | 'logo'>>;

export type ChannelSettings = { idleTimeoutSeconds?: number; segmentSeconds?: number; bufferBytes?: number };

export const channel = pgTable(
  'channel',
  {
    id: id(),
    num: num(),
    providerId: uuid('provider_id').references(() => provider.id, { onDelete: 'set null' }),
    /** Identity within its provider (contracts.md §3); null for channels made by hand. */
    entryKey: text('entry_key'),
    outputPath: text('output_path').unique(),
    provided: jsonb('provided').$type<ProvidedChannel>().notNull(),
    overrides: jsonb('overrides').$type<ChannelOverrides>().notNull().default({}),
    settings: jsonb('settings').$type<ChannelSettings>().notNull().default({}),
    /** Effective values, kept beside for lists and search. */
    name: text('name').notNull(),
    group: text('group_name').notNull().default(''),
    sortNumber: integer('sort_number'),
    enabled: boolean('enabled').notNull().default(true),
    missing: boolean('missing').notNull().default(false),
    demo: boolean('demo').notNull().default(false),
    version: integer('version').notNull().default(1),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    uniqueIndex('channel_provider_entry').on(t.providerId, t.entryKey),
    index('channel_group').on(t.group),
    index('channel_name').on(sql`lower(${t.name})`, t.num),
    index('channel_order').on(sql`coalesce(${t.sortNumber}, 2147483647)`, t.num),
  ],
);

/** The sources of a channel in failover order; addresses and headers are encrypted. */
export const source = pgTable(
  'source',
  {
    id: id(),
    channelId: uuid('channel_id')
      .notNull()
      .references(() => channel.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    kind: text('kind', { enum: ['url', 'generator'] })
      .notNull()
      .default('url'),
    urlEnc: text('url_enc').notNull(),
    headersEnc: text('headers_enc'),
    /** True when the provider's list brought it, so a refresh may rewrite it. */
    provided: boolean('provided').notNull().default(false),
    createdAt: createdAt(),
  },
  (t) => [index('source_channel').on(t.channelId, t.position)],
);

/** Old output paths that still lead to their channel (30 days). */
export const outputPathAlias = pgTable(
  'output_path_alias',
  {
    path: text('path').notNull(),
    channelId: uuid('channel_id')
      .notNull()
      .references(() => channel.id, { onDelete: 'cascade' }),
    expiresAt: at('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.path] })],
);

/** One import and what it did. */
export const importRun = pgTable(
  'import_run',
  {
    id: id(),
    providerId: uuid('provider_id')
      .notNull()
      .references(() => provider.id, { onDelete: 'cascade' }),
    userId: text('user_id'),
    counts: jsonb('counts').$type<Record<string, number>>().notNull(),
    diff: jsonb('diff').$type<unknown>(),
    createdAt: createdAt(),
  },
  (t) => [index('import_run_provider').on(t.providerId)],
);
