import type { z } from 'zod';
import type {
  ApiToken,
  ApiTokenCreate,
  ApiTokenCreated,
  User,
  UserCreate,
  UserPatch,
} from '../contract/accounts.ts';
import type { Page } from '../contract/common.ts';
import { del, get, patch, post } from './http.ts';
import { keys } from './keys.ts';

export const usersQuery = {
  queryKey: keys.users,
  queryFn: () => get<Page<User>>('/api/v1/users', { query: { limit: 500 } }),
};
export const createUser = (body: z.infer<typeof UserCreate>) => post<User>('/api/v1/users', body);
export const updateUser = (id: string, body: z.infer<typeof UserPatch>) =>
  patch<User>(`/api/v1/users/${id}`, body);
export const deleteUser = (id: string) => del<unknown>(`/api/v1/users/${id}`);

export const tokensQuery = {
  queryKey: keys.tokens,
  queryFn: () => get<Page<ApiToken>>('/api/v1/tokens', { query: { limit: 500 } }),
};
/** The answer is the only place where the token itself appears. */
export const createToken = (body: z.infer<typeof ApiTokenCreate>) =>
  post<z.infer<typeof ApiTokenCreated>>('/api/v1/tokens', body);
export const revokeToken = (id: string) => del<unknown>(`/api/v1/tokens/${id}`);
