import { z } from 'zod';
import { Provider, ProviderList, ProviderPatch } from '../../lib/contract/channels.ts';
import { PageQuery, Uuid } from '../../lib/contract/common.ts';
import type { Catalog } from '../catalog/index.ts';
import { expectedVersion, versionTag } from './etag.ts';
import type { Routes } from './frame.ts';

type Ports = { catalog: Pick<Catalog, 'provider' | 'providers' | 'patchProvider'> };

const config = { access: 'editor' } as const;
const tags = ['Providers'];
const params = z.object({ id: Uuid });

type Listed = Awaited<ReturnType<Catalog['provider']>>;
const shown = ({ version, ...row }: Listed): Provider => ({ ...row, etag: versionTag(version) });

/** The lists that channels come from, and how many connections each account allows. */
export const providerRoutes =
  ({ catalog }: Ports): Routes =>
  (api) => {
    api.get(
      '/api/v1/providers',
      {
        config,
        schema: {
          tags,
          summary: 'All imported lists',
          querystring: PageQuery,
          response: { 200: ProviderList },
        },
      },
      async (request) => {
        const page = await catalog.providers(request.query);
        return { ...page, items: page.items.map(shown) };
      },
    );
    api.get(
      '/api/v1/providers/:id',
      { config, schema: { tags, summary: 'One imported list', params, response: { 200: Provider } } },
      async (request, reply) => {
        const provider = shown(await catalog.provider(request.params.id));
        return reply.header('ETag', provider.etag).send(provider);
      },
    );
    api.patch(
      '/api/v1/providers/:id',
      {
        config,
        schema: {
          tags,
          summary: 'Rename a provider or say how many connections it allows; If-Match as for channels',
          params,
          body: ProviderPatch,
          response: { 200: Provider },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        await catalog.patchProvider(id, request.body, expectedVersion(request.headers['if-match']));
        const provider = shown(await catalog.provider(id));
        return reply.header('ETag', provider.etag).send(provider);
      },
    );
  };
