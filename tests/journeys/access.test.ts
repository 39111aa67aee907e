import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from '../support/client.ts';
import { panelFor } from '../support/panel.ts';

const panel = panelFor({ beforeAll, afterAll }, () => ({ pages: false }));

type OpenApi = { paths: Record<string, Record<string, unknown>> };
const SAMPLE = '018f2f6e-0000-7000-8000-000000000000';

test('no route of the API answers a stranger but those that are meant to (WEB-04)', async () => {
  const { body } = await panel.client.get<OpenApi>('/api/openapi.json');
  const open: string[] = [];
  for (const [address, methods] of Object.entries(body.paths)) {
    for (const method of Object.keys(methods)) {
      const { status } = await fetch(panel.base + address.replace(/\{[^}]+\}/g, SAMPLE), {
        method: method.toUpperCase(),
      });
      if (status !== 401) open.push(`${method.toUpperCase()} ${address}`);
    }
  }
  expect(open.sort()).toEqual(['GET /api/v1/setup', 'GET /api/v1/setup/checks', 'POST /api/v1/setup']);
});

test('docs/openapi.json says what the API is; `npm run openapi` writes it', async () => {
  const { body } = await panel.client.get('/api/openapi.json');
  const file = path.resolve(import.meta.dirname, '../../docs/openapi.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(body);
});

test('a viewer reaches nothing that is for editors or admins, and no upload (WEB-04, UP-13)', async () => {
  const viewer = { name: 'Vera', email: 'vera@example.org', password: 'a long enough one', role: 'viewer' };
  expect((await panel.client.post('/api/v1/users', viewer)).status).toBe(201);
  const vera = await new Client(panel.base).signIn(viewer.email, viewer.password);
  for (const address of [
    '/api/v1/users',
    '/api/v1/settings',
    '/api/streams/status',
    '/api/v1/overview',
    '/metrics',
    '/stats',
  ]) {
    expect([401, 403], address).toContain((await vera.get(address)).status);
  }
  expect((await vera.post('/api/v1/channels', { name: 'Mine' })).status).toBe(403);
  const upload = await vera.raw('/files', {
    method: 'POST',
    headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': '10' },
  });
  expect(upload.status).toBe(403);
});

test('an unsafe request of another site is refused even with the cookie (WEB-03)', async () => {
  const headers = { Origin: 'https://evil.example', 'Content-Type': 'application/json' };
  expect(
    (await panel.client.raw('/api/v1/channels', { method: 'POST', headers, body: '{"name":"x"}' })).status,
  ).toBe(403);
  const upload = await panel.client.raw('/files', {
    method: 'POST',
    headers: { Origin: 'https://evil.example', 'Tus-Resumable': '1.0.0', 'Upload-Length': '10' },
  });
  expect(upload.status).toBe(403);
});

test('an API token works until it is revoked (S4.9)', async () => {
  const made = await panel.client.post<{ id: string; token: string }>('/api/v1/tokens', {
    name: 'Script',
    role: 'editor',
  });
  const bearer = { headers: { Authorization: `Bearer ${made.body.token}` } };
  expect((await fetch(`${panel.base}/api/v1/channels`, bearer)).status).toBe(200);
  expect((await fetch(`${panel.base}/api/v1/users`, bearer)).status).toBe(403);
  await panel.client.call('DELETE', `/api/v1/tokens/${made.body.id}`);
  expect((await fetch(`${panel.base}/api/v1/channels`, bearer)).status).toBe(401);
});

test('settings can be changed, and what the environment fixes cannot (S1.10)', async () => {
  type Settings = { items: { key: string; value: unknown; source: string; editable: boolean }[] };
  const changed = await panel.client.call<Settings>('PATCH', '/api/v1/settings', {
    streamIdleTimeoutSeconds: 45,
  });
  expect(changed.body.items.find((s) => s.key === 'streamIdleTimeoutSeconds')).toMatchObject({
    value: 45,
    source: 'database',
    editable: true,
  });
  const fixed = await panel.client.call<{ error: { details: { field: string }[] } }>(
    'PATCH',
    '/api/v1/settings',
    {
      port: 1,
      streamIdleTimeoutSeconds: -1,
      nonsense: true,
    },
  );
  expect(fixed.status).toBe(400);
  expect(fixed.body.error.details.map((d) => d.field).sort()).toEqual([
    'nonsense',
    'port',
    'streamIdleTimeoutSeconds',
  ]);
});
