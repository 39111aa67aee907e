import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { IdOrNum } from '../../lib/contract/common.ts';
import { Embed, EmbedRequest } from '../../lib/contract/embed.ts';
import type { Catalog } from '../catalog/index.ts';
import { AppError } from '../core/errors.ts';
import type { Routes } from './frame.ts';

type EmbeddedChannel = { id: string; num: number; outputPath: string | null; name: string };

type Ports = {
  catalog: Pick<Catalog, 'find' | 'resolve'>;
  /** The player's snippet for a channel that may be watched for so many days. */
  embed(req: IncomingMessage, channel: EmbeddedChannel, days: number): Embed;
};

/** Players for other pages (S1.12). */
export const embedRoutes =
  (ports: Ports): Routes =>
  (api) => {
    api.post(
      '/api/v1/channels/:id/embed',
      {
        config: { access: 'editor' },
        schema: {
          tags: ['Channels'],
          summary: 'A player for a web page; whoever has it may watch this channel until it ends',
          params: z.object({ id: IdOrNum }),
          body: EmbedRequest,
          response: { 200: Embed },
        },
      },
      async (request) => {
        const id = await ports.catalog.resolve(request.params.id);
        const channel = id === null ? null : await ports.catalog.find(id);
        if (!channel) throw new AppError('CHANNEL_NOT_FOUND');
        return ports.embed(request.raw, channel, request.body.days);
      },
    );
  };
