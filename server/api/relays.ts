import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { Relay, RelayInput } from '../../lib/contract/channels.ts';
import { Uuid } from '../../lib/contract/common.ts';
import type { Catalog } from '../catalog/index.ts';
import type { ChannelPorts } from './channels.ts';
import { expectedVersion, versionTag } from './etag.ts';
import type { Caller, Routes } from './frame.ts';

type Ports = {
  catalog: Pick<Catalog, 'relays' | 'relay' | 'createRelay' | 'updateRelay' | 'remove'>;
  urlsOf: ChannelPorts['urlsOf'];
};
type View = Awaited<ReturnType<Catalog['relays']>>[number];

const config = { access: 'editor' } as const;
const tags = ['Relays'];
const params = z.object({ id: Uuid });

/** Seed 001: relays in snake_case and bare arrays; a relay is a channel with an output path. */
export const relayRoutes =
  (ports: Ports): Routes =>
  (api) => {
    const { catalog } = ports;
    const present = async (
      req: IncomingMessage,
      caller: Caller,
      relay: View,
    ): Promise<z.infer<typeof Relay>> => {
      const { id, num, name, output_path, source_urls } = relay;
      const urls = await ports.urlsOf(req, caller, { id, num, outputPath: output_path });
      return { id, num, name, output_path, source_urls, urls };
    };
    api.get(
      '/api/relays',
      { config, schema: { tags, summary: 'All relays', response: { 200: z.array(Relay) } } },
      async (request) =>
        Promise.all((await catalog.relays()).map((relay) => present(request.raw, request.caller, relay))),
    );
    api.post(
      '/api/relays',
      { config, schema: { tags, summary: 'Add a relay', body: RelayInput, response: { 201: Relay } } },
      async (request, reply) => {
        const relay = await catalog.relay(await catalog.createRelay(request.body));
        return reply
          .status(201)
          .header('ETag', versionTag(relay.version))
          .send(await present(request.raw, request.caller, relay));
      },
    );
    api.get(
      '/api/relays/:id',
      { config, schema: { tags, summary: 'One relay', params, response: { 200: Relay } } },
      async (request, reply) => {
        const relay = await catalog.relay(request.params.id);
        return reply
          .header('ETag', versionTag(relay.version))
          .send(await present(request.raw, request.caller, relay));
      },
    );
    for (const method of ['PUT', 'PATCH'] as const) {
      const body = method === 'PUT' ? RelayInput : RelayInput.partial();
      const summary = method === 'PUT' ? 'Replace a relay' : 'Change a relay';
      api.route({
        method,
        url: '/api/relays/:id',
        config,
        schema: { tags, summary, params, body, response: { 200: Relay } },
        handler: async (request, reply) => {
          const { id } = request.params;
          await catalog.updateRelay(id, request.body, expectedVersion(request.headers['if-match']));
          const relay = await catalog.relay(id);
          return reply
            .header('ETag', versionTag(relay.version))
            .send(await present(request.raw, request.caller, relay));
        },
      });
    }
    api.delete(
      '/api/relays/:id',
      { config, schema: { tags, summary: 'Delete a relay', params } },
      async (request, reply) => {
        await catalog.relay(request.params.id);
        await catalog.remove(request.params.id);
        return reply.status(204).send();
      },
    );
  };
