import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Role } from '../../lib/contract/roles.ts';
import { silentLog } from '../core/log.ts';
import { createApi, type Routes } from './frame.ts';

export type Answer<T> = { status: number; body: T; etag: string | null };

/** Some routes behind a real listener; whoever calls has the role that `as` said last. For tests of this folder. */
export async function testApi(files: readonly Routes[]) {
  let role: Role = 'admin';
  const identify = async () =>
    ({ kind: 'token', userId: 'u', role, name: 'N', email: 'n@example.org' }) as const;
  const api = await createApi(
    { log: silentLog(), version: '1', identify, checkOrigin: () => undefined },
    files,
  );
  const server = http.createServer((req, res) => api.handle(req, res));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    as: (next: Role): void => {
      role = next;
    },
    async call<T>(
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<Answer<T>> {
      const form = body instanceof FormData;
      const json: Record<string, string> =
        body === undefined || form ? {} : { 'content-type': 'application/json' };
      const payload = form ? body : body === undefined ? null : JSON.stringify(body);
      const response = await fetch(base + path, { method, headers: { ...json, ...headers }, body: payload });
      const text = await response.text();
      return {
        status: response.status,
        body: JSON.parse(text || '{}') as T,
        etag: response.headers.get('etag'),
      };
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await api.close();
    },
  };
}
