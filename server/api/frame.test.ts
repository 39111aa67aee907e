import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { silentLog } from '../core/log.ts';
import { type ApiServer, type Caller, createApi, type Routes } from './frame.ts';

const viewer: Caller = { kind: 'token', userId: 'u', role: 'viewer', name: 'V', email: 'v@example.org' };
const sample: Routes = (api) => {
  api.get(
    '/api/open',
    { config: { access: 'public' }, schema: { response: { 200: z.object({ ok: z.boolean() }) } } },
    async () => ({ ok: true }),
  );
  api.get('/api/mine', { config: { access: 'viewer' } }, async (request) => ({ name: request.caller.name }));
  api.get('/api/secret', { config: { access: 'admin' } }, async () => ({ ok: true }));
  api.post(
    '/api/checked',
    { config: { access: 'public' }, schema: { body: z.object({ age: z.number().int().min(1) }) } },
    async (request) => request.body,
  );
};

let api: ApiServer;
let base: string;
let server: http.Server;
beforeAll(async () => {
  const identify = async (req: http.IncomingMessage) => (req.headers.authorization ? viewer : null);
  api = await createApi({ log: silentLog(), version: '1.2.3', identify, checkOrigin: () => undefined }, [
    sample,
  ]);
  server = http.createServer((req, res) => api.handle(req, res));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await api.close();
});

const call = async (path: string, init?: RequestInit) => {
  const response = await fetch(base + path, init);
  return { status: response.status, body: await response.json() };
};

test('a public route answers without a caller', async () => {
  expect(await call('/api/open')).toEqual({ status: 200, body: { ok: true } });
});

test('a route for viewers answers 401 without a caller and 200 with one', async () => {
  expect((await call('/api/mine')).status).toBe(401);
  expect(await call('/api/mine', { headers: { authorization: 'Bearer x' } })).toEqual({
    status: 200,
    body: { name: 'V' },
  });
});

test('a route for admins answers 403 to a viewer', async () => {
  const { status, body } = await call('/api/secret', { headers: { authorization: 'Bearer x' } });
  expect(status).toBe(403);
  expect(body.error.code).toBe('FORBIDDEN');
});

test('a body that does not fit its schema names the field', async () => {
  const { status, body } = await call('/api/checked', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"age":0}',
  });
  expect(status).toBe(400);
  expect(body.error).toMatchObject({ code: 'VALIDATION', details: [{ field: 'age' }] });
});

test('broken JSON and unknown addresses answer in the same shape', async () => {
  const broken = await call('/api/checked', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{',
  });
  expect(broken).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
  expect(await call('/api/nothing')).toMatchObject({
    status: 404,
    body: { error: { code: 'NOT_FOUND', requestId: expect.any(String) } },
  });
});

test('every route stands in the table, and one without access keeps the API from starting', async () => {
  expect(api.routes).toContainEqual({ method: 'GET', url: '/api/secret', access: 'admin' });
  const careless: Routes = (scope) => void scope.get('/api/careless', async () => ({}));
  const starting = createApi(
    { log: silentLog(), version: '1', identify: async () => null, checkOrigin: () => undefined },
    [careless],
  );
  await expect(starting).rejects.toThrow('does not say who may call it');
});
