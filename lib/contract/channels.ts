import { z } from 'zod';
import { PageQuery, page, Timestamp, Uuid } from './common.ts';
import { ServerStreamSettings, StreamSettings } from './stream-settings.ts';

/** contracts.md §1: what may stand behind `/stream/`. */
export const OUTPUT_PATH = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
const RESERVED = new Set(['hls', 'master', 'auto', 'original']);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const isOutputPath = (path: string): boolean =>
  OUTPUT_PATH.test(path) && !/^\d+$/.test(path) && !RESERVED.has(path) && !UUID.test(path);

export const OutputPath = z.string().refine(isOutputPath, {
  error:
    'Use 1 to 64 small letters, digits and dashes; not only digits, and not hls, master, auto or original.',
});

export const SourceInput = z.object({
  url: z.string().trim().min(1).max(4000),
  headers: z.record(z.string().max(100), z.string().max(2000)).default({}),
});

/** A source as admins and editors see it: the address without its secrets. */
export const Source = z.object({
  id: Uuid,
  position: z.number().int(),
  kind: z.enum(['url', 'generator']),
  /** Credentials and query values stand as `***`. */
  url: z.string(),
  label: z.string(),
  headers: z.record(z.string(), z.string()),
});
export type Source = z.infer<typeof Source>;

export const LIVE_STATES = [
  'idle',
  'starting',
  'active',
  'failing-over',
  'stopping',
  'stopped',
  'failed',
] as const;
export const LiveState = z.enum(LIVE_STATES);
export type LiveState = z.infer<typeof LiveState>;

export const Channel = z.object({
  id: Uuid,
  num: z.number().int(),
  outputPath: z.string().nullable(),
  name: z.string(),
  group: z.string(),
  chno: z.string().nullable(),
  tvgId: z.string().nullable(),
  tvgName: z.string().nullable(),
  logo: z.string().nullable(),
  enabled: z.boolean(),
  missing: z.boolean(),
  providerId: Uuid.nullable(),
  providerName: z.string().nullable(),
  /** Names of the fields that an admin changed; a refresh leaves these alone. */
  overrides: z.array(z.string()),
  sourceCount: z.number().int(),
  state: LiveState,
  viewers: z.number().int(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Channel = z.infer<typeof Channel>;

export const ChannelUrls = z.object({ ts: z.string(), hls: z.string(), m3u: z.string() });
export type ChannelUrls = z.infer<typeof ChannelUrls>;

export const ChannelDetail = Channel.extend({
  sources: z.array(Source),
  settings: StreamSettings,
  serverSettings: ServerStreamSettings,
  /** Addresses of the signed-in user's line; `m3u` is a list with this channel alone, for players that open files. */
  urls: ChannelUrls,
  etag: z.string(),
});
export type ChannelDetail = z.infer<typeof ChannelDetail>;

export const ChannelList = page(Channel);
export const ChannelQuery = PageQuery.extend({
  search: z.string().max(200).optional(),
  group: z.string().max(300).optional(),
  providerId: Uuid.optional(),
  state: LiveState.optional(),
  sort: z.enum(['number', 'name', 'group', 'created']).default('number'),
});

const channelFields = {
  name: z.string().trim().min(1).max(300),
  group: z.string().trim().max(300),
  chno: z.string().trim().max(20).nullable(),
  tvgId: z.string().trim().max(300).nullable(),
  logo: z.string().trim().max(2000).nullable(),
  outputPath: OutputPath.nullable(),
  enabled: z.boolean(),
  sources: z.array(SourceInput).max(50),
  /** Only the fields that are sent change. */
  settings: StreamSettings.partial(),
};
export const ChannelCreate = z
  .object({ ...channelFields })
  .partial()
  .required({ name: true });
export type ChannelCreate = z.infer<typeof ChannelCreate>;
/** `sources` in a patch: existing ones by id (in the new order), new ones by address. */
export const ChannelPatch = z
  .object({
    ...channelFields,
    sources: z.array(z.union([z.object({ id: Uuid }), SourceInput])).max(50),
  })
  .partial();
export type ChannelPatch = z.infer<typeof ChannelPatch>;

export const ChannelBulk = z.object({
  ids: z.array(Uuid).min(1).max(5000),
  action: z.discriminatedUnion('type', [
    z.object({ type: z.literal('group'), group: z.string().trim().max(300) }),
    z.object({ type: z.literal('enable'), enabled: z.boolean() }),
    z.object({ type: z.literal('delete') }),
  ]),
});
export const ChannelBulkResult = z.object({ changed: z.number().int() });

export const Group = z.object({ name: z.string(), channels: z.number().int() });
export const GroupList = page(Group);

/** Connections that a provider's account allows at once. */
export const MaxConnections = z.number().int().min(1).max(1000);

export const Provider = z.object({
  id: Uuid,
  kind: z.enum(['m3u', 'manual']),
  name: z.string(),
  /** Masked; null for a pasted or uploaded list. */
  url: z.string().nullable(),
  channels: z.number().int(),
  missing: z.number().int(),
  /** How many connections the account allows at once; null = any number. */
  maxConnections: MaxConnections.nullable(),
  importedAt: Timestamp.nullable(),
  createdAt: Timestamp,
  etag: z.string(),
});
export type Provider = z.infer<typeof Provider>;
export const ProviderList = page(Provider);
export const ProviderPatch = z
  .object({ name: z.string().trim().min(1).max(200), maxConnections: MaxConnections.nullable() })
  .partial();
export type ProviderPatch = z.infer<typeof ProviderPatch>;

/** JSON form of an import; the multipart form carries `file`, `name`, `providerId`, `maxConnections` and `dryRun`. */
export const ImportRequest = z.object({
  text: z.string().max(64_000_000).optional(),
  url: z.string().trim().max(4000).optional(),
  name: z.string().trim().max(200).optional(),
  providerId: Uuid.optional(),
  /** Kept with the provider; without it the provider keeps what it has. */
  maxConnections: MaxConnections.optional(),
  dryRun: z.boolean().default(false),
});

export const ImportEntry = z.object({ line: z.number().int(), name: z.string(), group: z.string() });
export const ImportSkip = z.object({ line: z.number().int(), name: z.string(), reason: z.string() });
export const ImportResult = z.object({
  dryRun: z.boolean(),
  providerId: Uuid.nullable(),
  name: z.string(),
  entries: z.number().int(),
  added: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  skipped: z.number().int(),
  missing: z.number().int(),
  /** The first 200 of each kind. */
  samples: z.object({
    added: z.array(ImportEntry),
    changed: z.array(ImportEntry.extend({ fields: z.array(z.string()) })),
    skipped: z.array(ImportSkip),
  }),
  warnings: z.array(z.string()),
  durationMs: z.number(),
});
export type ImportResult = z.infer<typeof ImportResult>;

/** Seed 001: a relay is a channel with an output path and ordered sources (snake_case, bare arrays). */
export const RelayInput = z.object({
  name: z.string().trim().min(1).max(300),
  output_path: OutputPath,
  source_urls: z.array(z.string().trim().min(1).max(4000)).min(1).max(50),
});
export const Relay = z.object({
  id: Uuid,
  num: z.number().int(),
  name: z.string(),
  output_path: z.string(),
  source_urls: z.array(z.string()),
  urls: z.object({ ts: z.string(), hls: z.string() }),
});
