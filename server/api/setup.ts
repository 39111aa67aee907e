import { z } from 'zod';
import { SetupChecks, SetupRequest, SetupStatus } from '../../lib/contract/accounts.ts';
import { Ok } from '../../lib/contract/common.ts';
import type { Auth } from '../auth/index.ts';
import type { Peer } from '../http/request.ts';
import type { Routes } from './frame.ts';

type Ports = {
  auth: Pick<Auth, 'setup' | 'signIn'>;
  peer: Pick<Peer, 'address'>;
  /** Versions, disk and address, as the setup page shows them. */
  checks(): Promise<z.infer<typeof SetupChecks>['checks']>;
};

const tags = ['Setup'];
const CodeQuery = z.object({ code: z.string().max(100).default('') });

/** First-run setup: open to everybody, but nothing is told or made without the one-time code. */
export const setupRoutes =
  ({ auth, peer, checks }: Ports): Routes =>
  (api) => {
    api.get(
      '/api/v1/setup',
      {
        config: { access: 'public' },
        schema: {
          tags,
          summary: 'Whether the station still has to be set up',
          response: { 200: SetupStatus },
        },
      },
      async () => ({ needed: await auth.setup.needed() }),
    );
    api.get(
      '/api/v1/setup/checks',
      {
        config: { access: 'public' },
        schema: {
          tags,
          summary: 'What the station found on this machine; only while it is being set up',
          querystring: CodeQuery,
          response: { 200: SetupChecks },
        },
      },
      async (request) => {
        await auth.setup.checkCode(request.query.code, peer.address(request.raw));
        return { checks: await checks() };
      },
    );
    api.post(
      '/api/v1/setup',
      {
        config: { access: 'public' },
        schema: {
          tags,
          summary: 'Make the first admin and sign in',
          body: SetupRequest,
          response: { 200: Ok },
        },
      },
      async (request, reply) => {
        const address = peer.address(request.raw);
        const { email, password } = request.body;
        await auth.setup.createFirstAdmin({ ...request.body, address });
        reply.header('Set-Cookie', await auth.signIn({ email, password }, address));
        return { ok: true as const };
      },
    );
  };
