import { z } from 'zod';
import { ApiTokenCreate, ApiTokenCreated, ApiTokenList } from '../../lib/contract/accounts.ts';
import { PageQuery } from '../../lib/contract/common.ts';
import type { Auth } from '../auth/index.ts';
import { AppError } from '../core/errors.ts';
import type { Caller, Routes } from './frame.ts';

type Ports = { auth: Pick<Auth, 'createToken' | 'listTokens' | 'revokeToken'> };

const tags = ['Account'];

/** The API tokens of whoever calls. */
export const tokenRoutes =
  ({ auth }: Ports): Routes =>
  (api) => {
    api.get(
      '/api/v1/tokens',
      {
        config: { access: 'viewer' },
        schema: { tags, summary: 'Your API tokens', querystring: PageQuery, response: { 200: ApiTokenList } },
      },
      async (request) => auth.listTokens(request.caller.userId, request.query),
    );
    api.post(
      '/api/v1/tokens',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Make an API token; the answer is the only place where it is shown',
          body: ApiTokenCreate,
          response: { 201: ApiTokenCreated },
        },
      },
      async (request, reply) => {
        requirePerson(request.caller);
        return reply.status(201).send(await auth.createToken(request.caller, request.body));
      },
    );
    api.delete(
      '/api/v1/tokens/:id',
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: 'Revoke an API token at once',
          params: z.object({ id: z.string().max(64) }),
        },
      },
      async (request, reply) => {
        await auth.revokeToken(request.caller.userId, request.params.id);
        return reply.status(204).send();
      },
    );
  };

/** A token that leaked must not be able to make others that outlive it. */
function requirePerson(caller: Caller): void {
  if (caller.kind === 'token')
    throw new AppError('FORBIDDEN', { message: 'A token cannot make tokens. Sign in to make one.' });
}
