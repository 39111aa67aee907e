import type { z } from 'zod';
import type {
  ChannelBulk,
  ChannelCreate,
  ChannelPatch,
  ImportResult,
  ProviderPatch,
  RelayInput,
  Source,
} from '../../lib/contract/channels.ts';
import type { Page } from '../../lib/contract/common.ts';
import type { ServerStreamSettings } from '../../lib/contract/stream-settings.ts';
import { createDemoChannel, findDemoChannel } from './demo.ts';
import { bulkEdit, createChannel, deleteChannel, patchChannel } from './edit.ts';
import { catalogRevision, type ExportChannel, exportChannels } from './export-rows.ts';
import { createImporter, type ImportOptions } from './import/run.ts';
import { type FoundChannel, findChannel, type ListedChannel, type ListQuery, listChannels } from './list.ts';
import { findForLive, type LiveChannel, resolveChannel } from './live.ts';
import type { CatalogPorts } from './ports.ts';
import { findProvider, type ListedProvider, listGroups, listProviders, patchProvider } from './providers.ts';
import { createRelay, findRelay, listRelays, type RelayView, updateRelay } from './relays.ts';
import { maskedSource, sourcesOf } from './sources.ts';
import { serverSettings } from './stream-settings.ts';

type Paging = { cursor?: string | undefined; limit: number };

/** Channels, their sources and groups, and the lists they come from. */
export type Catalog = {
  list(query: ListQuery): Promise<Page<ListedChannel>>;
  find(id: string): Promise<FoundChannel | null>;
  /** The server's values, which channels without their own take. */
  serverSettings(): z.infer<typeof ServerStreamSettings>;
  /** The sources of a channel without their secrets, in failover order. */
  sources(id: string): Promise<Source[]>;
  create(input: ChannelCreate): Promise<string>;
  patch(id: string, patch: ChannelPatch, version: number | null): Promise<void>;
  remove(id: string): Promise<void>;
  bulk(edit: z.infer<typeof ChannelBulk>): Promise<number>;
  groups(paging: Paging): Promise<Page<{ name: string; channels: number }>>;
  providers(paging: Paging): Promise<Page<ListedProvider>>;
  provider(id: string): Promise<ListedProvider>;
  patchProvider(id: string, patch: ProviderPatch, version: number | null): Promise<void>;
  import(options: ImportOptions): Promise<ImportResult>;
  relays(): Promise<RelayView[]>;
  relay(id: string): Promise<RelayView & { version: number }>;
  createRelay(input: z.infer<typeof RelayInput>): Promise<string>;
  updateRelay(id: string, input: Partial<z.infer<typeof RelayInput>>, version: number | null): Promise<void>;
  /** By uuid, number, output path or a path it had before. */
  resolve(key: string): Promise<string | null>;
  findForLive(id: string): Promise<LiveChannel | null>;
  createDemoChannel(): Promise<string>;
  findDemo(): Promise<string | null>;
  exportChannels(filter: { group?: string | undefined }): AsyncGenerator<ExportChannel[]>;
  revision(): Promise<string>;
};

/** Builds the catalogue on a database. */
export function createCatalog(ports: CatalogPorts): Catalog {
  const { db, secrets } = ports;
  return {
    list: (query) => listChannels(db, query),
    find: (id) => findChannel(db, id),
    serverSettings: () => serverSettings(ports.settings),
    sources: async (id) => (await sourcesOf(db, id)).map((row) => maskedSource(row, secrets)),
    create: (input) => createChannel(ports, input),
    patch: (id, patch, version) => patchChannel(ports, id, patch, version),
    remove: (id) => deleteChannel(ports, id),
    bulk: (edit) => bulkEdit(ports, edit),
    groups: (paging) => listGroups(db, paging),
    providers: (paging) => listProviders(db, secrets, paging),
    provider: (id) => findProvider(db, secrets, id),
    patchProvider: (id, patch, version) => patchProvider(ports, id, patch, version),
    import: createImporter(ports),
    relays: () => listRelays(ports),
    relay: (id) => findRelay(ports, id),
    createRelay: (input) => createRelay(ports, input),
    updateRelay: (id, input, version) => updateRelay(ports, id, input, version),
    resolve: (key) => resolveChannel(ports, key),
    findForLive: (id) => findForLive(ports, id),
    createDemoChannel: () => createDemoChannel(ports),
    findDemo: () => findDemoChannel(ports),
    exportChannels: (filter) => exportChannels(db, filter),
    revision: () => catalogRevision(db),
  };
}
