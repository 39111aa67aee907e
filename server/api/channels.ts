import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import {
  type Channel,
  ChannelBulk,
  ChannelBulkResult,
  ChannelCreate,
  ChannelDetail,
  ChannelList,
  ChannelPatch,
  ChannelQuery,
  type ChannelUrls,
  type LiveState,
} from '../../lib/contract/channels.ts';
import { IdOrNum } from '../../lib/contract/common.ts';
import { roleAtLeast } from '../../lib/contract/roles.ts';
import type { Catalog } from '../catalog/index.ts';
import { AppError } from '../core/errors.ts';
import { expectedVersion, versionTag } from './etag.ts';
import type { Caller, Routes } from './frame.ts';

export type LiveView = { state: LiveState; viewers: number };

export type ChannelPorts = {
  catalog: Pick<
    Catalog,
    'list' | 'find' | 'sources' | 'serverSettings' | 'create' | 'patch' | 'remove' | 'bulk' | 'resolve'
  >;
  /** The channels that are not idle, by id. */
  liveStates(): ReadonlyMap<string, LiveView>;
  /** Addresses of a channel for the caller's line. */
  urlsOf(
    req: IncomingMessage,
    caller: Caller,
    channel: { id: string; num: number; outputPath: string | null },
  ): Promise<ChannelUrls>;
};

type Query = z.infer<typeof ChannelQuery>;
type Listed = Awaited<ReturnType<Catalog['list']>>['items'][number];

const tags = ['Channels'];
const params = z.object({ id: IdOrNum });

/** Channels: viewers see those that are on, editors see and change all of them. */
export const channelRoutes =
  (ports: ChannelPorts): Routes =>
  (api) => {
    const { catalog } = ports;
    api.get(
      '/api/v1/channels',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Channels, a page at a time',
          querystring: ChannelQuery,
          response: { 200: ChannelList },
        },
      },
      async (request) => {
        const states = ports.liveStates();
        const page = await catalog.list({
          ...byState(request.query, states),
          enabledOnly: !isEditor(request.caller),
        });
        return { ...page, items: page.items.map((item) => withState(item, states)) };
      },
    );
    api.get(
      '/api/v1/channels/:id',
      {
        config: { access: 'viewer' },
        schema: { tags, summary: 'One channel with its sources', params, response: { 200: ChannelDetail } },
      },
      async (request, reply) => {
        const detail = await detailOf(ports, request.raw, request.caller, request.params.id);
        return reply.header('ETag', detail.etag).send(detail);
      },
    );
    api.post(
      '/api/v1/channels',
      {
        config: { access: 'editor' },
        schema: { tags, summary: 'Add a channel', body: ChannelCreate, response: { 201: ChannelDetail } },
      },
      async (request, reply) => {
        const detail = await detailOf(ports, request.raw, request.caller, await catalog.create(request.body));
        return reply
          .status(201)
          .header('ETag', detail.etag)
          .header('Location', `/api/v1/channels/${detail.id}`)
          .send(detail);
      },
    );
    registerEdits(ports)(api);
  };

/** Changes of one and of many channels. */
const registerEdits =
  (ports: ChannelPorts): Routes =>
  (api) => {
    const { catalog } = ports;
    api.patch(
      '/api/v1/channels/:id',
      {
        config: { access: 'editor' },
        schema: {
          tags,
          summary: 'Change a channel; If-Match refuses an edit of an older version',
          params,
          body: ChannelPatch,
          response: { 200: ChannelDetail },
        },
      },
      async (request, reply) => {
        const id = await idOf(ports, request.params.id);
        await catalog.patch(id, request.body, expectedVersion(request.headers['if-match']));
        const detail = await detailOf(ports, request.raw, request.caller, id);
        return reply.header('ETag', detail.etag).send(detail);
      },
    );
    api.delete(
      '/api/v1/channels/:id',
      { config: { access: 'editor' }, schema: { tags, summary: 'Delete a channel', params } },
      async (request, reply) => {
        await catalog.remove(await idOf(ports, request.params.id));
        return reply.status(204).send();
      },
    );
    api.post(
      '/api/v1/channels/bulk',
      {
        config: { access: 'editor' },
        schema: {
          tags,
          summary: 'Change many channels at once',
          body: ChannelBulk,
          response: { 200: ChannelBulkResult },
        },
      },
      async (request) => ({ changed: await catalog.bulk(request.body) }),
    );
  };

const isEditor = (caller: Caller): boolean => roleAtLeast(caller.role, 'editor');

async function idOf({ catalog }: ChannelPorts, key: string): Promise<string> {
  const id = await catalog.resolve(key);
  if (id === null) throw new AppError('CHANNEL_NOT_FOUND');
  return id;
}

/** States live in memory, so a filter by state becomes one by ids. */
function byState({ state, ...query }: Query, states: ReadonlyMap<string, LiveView>) {
  if (state === undefined) return query;
  if (state === 'idle') return { ...query, except: [...states.keys()] };
  return { ...query, only: [...states].filter(([, view]) => view.state === state).map(([id]) => id) };
}

const withState = (item: Listed, states: ReadonlyMap<string, LiveView>): Channel => ({
  ...item,
  state: states.get(item.id)?.state ?? 'idle',
  viewers: states.get(item.id)?.viewers ?? 0,
});

async function detailOf(
  ports: ChannelPorts,
  req: IncomingMessage,
  caller: Caller,
  key: string,
): Promise<z.infer<typeof ChannelDetail>> {
  const id = await idOf(ports, key);
  const found = await ports.catalog.find(id);
  if (!found || (!found.enabled && !isEditor(caller))) throw new AppError('CHANNEL_NOT_FOUND');
  const { version, ...item } = found;
  return {
    ...withState(item, ports.liveStates()),
    settings: item.settings,
    // Where a channel comes from is nothing for those who only watch.
    sources: isEditor(caller) ? await ports.catalog.sources(id) : [],
    serverSettings: ports.catalog.serverSettings(),
    urls: await ports.urlsOf(req, caller, item),
    etag: versionTag(version),
  };
}
