import { z } from 'zod';
import { User, UserCreate, UserList, UserPatch } from '../../lib/contract/accounts.ts';
import { PageQuery } from '../../lib/contract/common.ts';
import type { Auth } from '../auth/index.ts';
import type { Routes } from './frame.ts';

type Ports = { auth: Pick<Auth, 'listUsers' | 'getUser' | 'createUser' | 'updateUser' | 'deleteUser'> };

const config = { access: 'admin' } as const;
const tags = ['Users'];
const params = z.object({ id: z.string().max(64) });

/** People and their roles; for admins. */
export const userRoutes =
  ({ auth }: Ports): Routes =>
  (api) => {
    api.get(
      '/api/v1/users',
      { config, schema: { tags, summary: 'All users', querystring: PageQuery, response: { 200: UserList } } },
      async (request) => auth.listUsers(request.query),
    );
    api.post(
      '/api/v1/users',
      { config, schema: { tags, summary: 'Add a user', body: UserCreate, response: { 201: User } } },
      async (request, reply) => reply.status(201).send(await auth.createUser(request.body)),
    );
    api.get(
      '/api/v1/users/:id',
      { config, schema: { tags, summary: 'One user', params, response: { 200: User } } },
      async (request) => auth.getUser(request.params.id),
    );
    api.patch(
      '/api/v1/users/:id',
      {
        config,
        schema: {
          tags,
          summary: 'Change a user; a new role or password ends his sessions',
          params,
          body: UserPatch,
          response: { 200: User },
        },
      },
      async (request) => auth.updateUser(request.params.id, request.body),
    );
    api.delete(
      '/api/v1/users/:id',
      { config, schema: { tags, summary: 'Delete a user with sessions, tokens and line', params } },
      async (request, reply) => {
        await auth.deleteUser(request.params.id);
        return reply.status(204).send();
      },
    );
  };
