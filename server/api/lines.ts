import { Line } from '../../lib/contract/accounts.ts';
import type { Auth } from '../auth/index.ts';
import type { Peer } from '../http/request.ts';
import type { Routes } from './frame.ts';

type Ports = { auth: Pick<Auth, 'lineOf' | 'renewLine'>; peer: Pick<Peer, 'origin'> };
type OwnLine = Awaited<ReturnType<Auth['lineOf']>>;

const tags = ['Account'];

/** The line of whoever calls: nobody sees or renews another one. */
export const lineRoutes =
  ({ auth, peer }: Ports): Routes =>
  (api) => {
    api.get(
      '/api/v1/me/line',
      {
        config: { access: 'viewer' },
        schema: { tags, summary: 'Your line for other players; made on first use', response: { 200: Line } },
      },
      async (request) => shown(await auth.lineOf(request.caller.userId), peer.origin(request.raw)),
    );
    api.post(
      '/api/v1/me/line/renew',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'A new line in place of the old one, which ends at once',
          response: { 200: Line },
        },
      },
      async (request) => shown(await auth.renewLine(request.caller.userId), peer.origin(request.raw)),
    );
  };

function shown({ id, token, createdAt }: OwnLine, origin: string): Line {
  const list = (output: string) => `${origin}/playlist.m3u?token=${token}&output=${output}`;
  return { id, token, m3u: { hls: list('hls'), ts: list('ts') }, createdAt: createdAt.toISOString() };
}
