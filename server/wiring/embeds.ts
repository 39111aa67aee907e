import type { IncomingMessage } from 'node:http';
import type { Embed } from '../../lib/contract/embed.ts';
import { playableAddress } from '../exports/addresses.ts';
import { embedHtml } from '../exports/embed.ts';
import type { Foundation } from './foundation.ts';

type Channel = { id: string; num: number; outputPath: string | null; name: string };

const DAY_MS = 86_400_000;

/** Makes snippets with a share link: it opens one channel for whoever has it, until its day (contracts.md §9). */
export const wireEmbeds =
  ({ auth, clock, config, peer }: Foundation) =>
  (req: IncomingMessage, { id, num, outputPath, name }: Channel, days: number): Embed => {
    const open = config.values.streamAccess === 'public';
    const endMs = clock.now() + days * DAY_MS;
    const grant = { sub: '-', expiresAtSeconds: Math.floor(endMs / 1000) } as const;
    const query = open ? '' : auth.signMedia({ kind: 'channel', id }, grant);
    const origin = peer.origin(req);
    const hlsUrl = playableAddress(origin, { kind: 'channel', id, num, outputPath }, 'hls', query);
    return {
      html: embedHtml({ num, name, origin, hlsUrl }),
      hlsUrl,
      expiresAt: open ? null : new Date(grant.expiresAtSeconds * 1000).toISOString(),
      origins: config.values.allowedOrigins.split(/[\s,]+/).filter((text) => text !== ''),
    };
  };
