import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../lib/contract/roles.ts';
import { type Accounts, PASSWORD, signIn, startAccounts } from '../../tests/support/accounts.ts';
import { walkAccess } from '../../tests/support/walk-access.ts';
import { silentLog } from '../core/log.ts';
import { checkOrigin } from '../http/origin.ts';
import { createPeer } from '../http/request.ts';
import { type ApiServer, createApi } from './frame.ts';
import { lineRoutes } from './lines.ts';
import { meRoutes } from './me.ts';
import { setupRoutes } from './setup.ts';
import { tokenRoutes } from './tokens.ts';
import { userRoutes } from './users.ts';

const PUBLIC = ['GET /api/v1/setup', 'GET /api/v1/setup/checks', 'POST /api/v1/setup'];
const disk = { id: 'disk', label: 'Disk', ok: true, detail: '10 GB free' } as const;
const newcomer = { name: 'New', email: 'new@example.org', password: PASSWORD, role: 'viewer' };

let accounts: Accounts;
let api: ApiServer;
let cookie: string;
let chunkBytes = 8_000_000;
beforeAll(async () => {
  accounts = await startAccounts(async (_auth, req, res) => {
    api.handle(req, res);
    return true;
  });
  const { auth } = accounts;
  const peer = createPeer({ trustProxy: '', publicUrl: null });
  api = await createApi(
    {
      log: silentLog(),
      version: '1.0.0',
      identify: auth.identify,
      checkOrigin: (req) => checkOrigin(req, { peer, publicUrl: null, allowedOrigins: '' }),
    },
    [
      setupRoutes({ auth, peer, checks: async () => [disk] }),
      meRoutes({ auth, uploadChunkBytes: () => chunkBytes, defaultQuality: () => '720p' }),
      lineRoutes({ auth, peer }),
      tokenRoutes({ auth }),
      userRoutes({ auth }),
    ],
  );
});
afterAll(async () => {
  await api.close();
  await accounts.close();
});

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { cookie },
) {
  const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const init = {
    method,
    headers: { ...json, ...headers },
    body: body === undefined ? null : JSON.stringify(body),
  };
  const response = await fetch(accounts.base + path, init);
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text), response };
}

test('the setup asks for the code, makes the admin, signs in, and is over', async () => {
  const wanted = { stationName: 'My station', email: 'admin@example.org', password: PASSWORD };
  const code = accounts.auth.setup.code()?.code ?? '';
  expect((await call('GET', '/api/v1/setup', undefined, {})).body).toEqual({ needed: true });
  expect((await call('GET', '/api/v1/setup/checks?code=wrong', undefined, {})).body.error.code).toBe(
    'SETUP_CODE_INVALID',
  );
  expect((await call('GET', `/api/v1/setup/checks?code=${code}`, undefined, {})).body).toEqual({
    checks: [disk],
  });
  const short = await call('POST', '/api/v1/setup', { ...wanted, code, password: 'short' }, {});
  expect(short.body.error).toMatchObject({ code: 'VALIDATION', details: [{ field: 'password' }] });

  const done = await call('POST', '/api/v1/setup', { ...wanted, code }, {});
  expect([done.status, done.body]).toEqual([200, { ok: true }]);
  cookie = done.response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  expect((await call('GET', '/api/v1/me')).body).toMatchObject({
    name: 'admin',
    email: 'admin@example.org',
    role: 'admin',
    stationName: 'My station',
    uploadChunkBytes: 8_000_000,
    defaultQuality: '720p',
  });
  chunkBytes = 2_000_000;
  expect((await call('GET', '/api/v1/me')).body.uploadChunkBytes).toBe(2_000_000);
  expect((await call('GET', '/api/v1/setup', undefined, {})).body).toEqual({ needed: false });
  expect((await call('POST', '/api/v1/setup', { ...wanted, code }, {})).body.error.code).toBe('SETUP_DONE');
  expect((await call('GET', `/api/v1/setup/checks?code=${code}`, undefined, {})).body.error.code).toBe(
    'SETUP_DONE',
  );
});

test('an admin adds, changes and deletes people', async () => {
  const made = await call('POST', '/api/v1/users', newcomer);
  expect([made.status, made.body]).toEqual([
    201,
    expect.objectContaining({ email: 'new@example.org', disabled: false }),
  ]);
  expect((await call('POST', '/api/v1/users', newcomer)).body.error.code).toBe('EMAIL_TAKEN');
  const path = `/api/v1/users/${made.body.id}`;
  expect((await call('PATCH', path, { role: 'editor' })).body).toMatchObject({ role: 'editor', name: 'New' });
  expect((await call('GET', '/api/v1/users?limit=1')).body).toMatchObject({
    total: 2,
    items: [{}],
    nextCursor: expect.any(String),
  });
  expect((await call('GET', path)).status).toBe(200);
  expect((await call('DELETE', path)).status).toBe(204);
  expect((await call('GET', path)).status).toBe(404);
  const own = (await call('GET', '/api/v1/me')).body.id;
  for (const [method, body] of [
    ['DELETE', undefined],
    ['PATCH', { role: 'viewer' }],
    ['PATCH', { disabled: true }],
  ] as const)
    expect((await call(method, `/api/v1/users/${own}`, body)).body.error.code).toBe('LAST_ADMIN');
});

test('a token is shown once, works in its header, and cannot make others', async () => {
  const made = await call('POST', '/api/v1/tokens', { name: 'script', role: 'admin' });
  expect(made.status).toBe(201);
  const bearer = { authorization: `Bearer ${made.body.token}` };
  expect((await call('GET', '/api/v1/users', undefined, bearer)).status).toBe(200);
  expect((await call('POST', '/api/v1/tokens', { name: 'child', role: 'viewer' }, bearer)).status).toBe(403);
  expect((await call('GET', '/api/v1/tokens')).body.items).toEqual([
    expect.not.objectContaining({ token: expect.anything() }),
  ]);
  expect((await call('DELETE', `/api/v1/tokens/${made.body.id}`)).status).toBe(204);
  expect((await call('GET', '/api/v1/users', undefined, bearer)).status).toBe(401);
});

test('a line shows the addresses of its list and can be renewed', async () => {
  const first = (await call('GET', '/api/v1/me/line')).body;
  expect(first.m3u.hls).toBe(`${accounts.base}/playlist.m3u?token=${first.token}&output=hls`);
  expect((await call('GET', '/api/v1/me/line')).body).toEqual(first);
  const renewed = (await call('POST', '/api/v1/me/line/renew')).body;
  expect(renewed.token).not.toBe(first.token);
});

test('a session that is in use does not end', async () => {
  const before = await call('GET', '/api/v1/me');
  expect(before.response.headers.getSetCookie()).toEqual([]);
  const { pool } = accounts.database;
  await pool.query(`update session set expires_at = now() + interval '10 days'`);
  accounts.events.emit('access.changed', { kind: 'session', id: 'all' });
  const [header = ''] = (await call('GET', '/api/v1/me')).response.headers.getSetCookie();
  expect(header).toContain(cookie.split('.')[1]?.slice(0, 20));
  const { rows } = await pool.query(
    `select min(expires_at) > now() + interval '29 days' as long from session`,
  );
  expect(rows[0].long).toBe(true);
});

test('WEB-03: a cookie does nothing for another site', async () => {
  const foreign = { cookie, origin: 'https://evil.example' };
  expect((await call('POST', '/api/v1/users', newcomer, foreign)).body.error.code).toBe('ORIGIN_REFUSED');
  expect((await call('POST', '/api/v1/me/line/renew', undefined, foreign)).status).toBe(403);
  const basic = { ...foreign, authorization: 'Basic dXNlcjpwYXNz' };
  expect((await call('POST', '/api/v1/users', newcomer, basic)).body.error.code).toBe('ORIGIN_REFUSED');
});

test('WEB-04: each route refuses those below the role it needs', async () => {
  const { auth, base } = accounts;
  const token = async (role: Role) => {
    const email = `${role}-walker@example.org`;
    const { id: userId, name } = await auth.createUser({ name: role, email, password: PASSWORD, role });
    return (await auth.createToken({ kind: 'session', userId, role, name, email }, { name: 'walk', role }))
      .token;
  };
  const tokens = {
    viewer: await token('viewer'),
    editor: await token('editor'),
    admin: await token('admin'),
  };
  expect(api.routes.length).toBeGreaterThan(12);
  expect(api.openapi()).toHaveProperty(['paths', '/api/v1/me/line/renew', 'post', 'summary']);
  expect(await walkAccess({ routes: api.routes, base, tokens, publicRoutes: PUBLIC })).toEqual([]);
  const careless = { method: 'GET', url: '/api/v1/setup', access: 'admin' } as const;
  expect(await walkAccess({ routes: [careless], base, tokens, publicRoutes: PUBLIC })).toHaveLength(3);
});

test('somebody who was switched off is told so when signing in', async () => {
  const made = await call('POST', '/api/v1/users', { ...newcomer, email: 'off@example.org' });
  await call('PATCH', `/api/v1/users/${made.body.id}`, { disabled: true });
  expect((await signIn(accounts.base, 'off@example.org')).body.message).toContain('switched off');
});
