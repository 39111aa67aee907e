import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { generatedList, testCatalog } from '../catalog/test-catalog.ts';
import { silentLog } from '../core/log.ts';
import { channelRoutes, type LiveView } from './channels.ts';
import { type ApiServer, type Caller, createApi } from './frame.ts';
import { groupRoutes } from './groups.ts';
import { importRoutes } from './imports.ts';
import { providerRoutes } from './providers.ts';
import { relayRoutes } from './relays.ts';

let t: Awaited<ReturnType<typeof testCatalog>>;
let api: ApiServer;
let server: http.Server;
let base: string;
let role: Caller['role'];
const states = new Map<string, LiveView>();

beforeAll(async () => {
  t = await testCatalog();
  const ports = {
    catalog: t.catalog,
    liveStates: () => states,
    urlsOf: async (
      _req: unknown,
      _caller: Caller,
      { num, outputPath }: { num: number; outputPath: string | null },
    ) => ({
      ts: `/stream/${outputPath ?? num}`,
      hls: `/stream/${outputPath ?? num}/hls`,
      m3u: `/stream/${outputPath ?? num}.m3u`,
    }),
  };
  const identify = async (): Promise<Caller> => ({
    kind: 'token',
    userId: 'u',
    role,
    name: 'N',
    email: 'n@example.org',
  });
  const frame = { log: silentLog(), version: '1', identify, checkOrigin: () => undefined };
  api = await createApi(frame, [
    channelRoutes(ports),
    groupRoutes(ports),
    providerRoutes(ports),
    importRoutes(ports),
    relayRoutes(ports),
  ]);
  server = http.createServer((req, res) => api.handle(req, res));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  role = 'editor';
  states.clear();
});
afterEach(() => t.db.execute(sql`truncate provider, channel, source, import_run, output_path_alias cascade`));
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await api.close();
  await t.close();
});

/** The fields that these tests read of any answer. */
type Body = {
  id: string;
  num: number;
  name: string;
  etag: string;
  total: number;
  items: { id: string; name: string; state: string; viewers: number }[];
  sources: { kind: string; url: string }[];
  source_urls: string[];
  error: { code: string };
};
type Answer = { status: number; body: Body; etag: string | null };
async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const json: Record<string, string> =
    body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' };
  const payload = body instanceof FormData ? body : body === undefined ? null : JSON.stringify(body);
  const response = await fetch(base + path, { method, headers: { ...json, ...headers }, body: payload });
  const text = await response.text();
  return {
    status: response.status,
    body: JSON.parse(text || '{}') as Body,
    etag: response.headers.get('etag'),
  };
}

describe('/api/v1/channels', () => {
  test('a channel is added, read by uuid, number and path, changed and deleted', async () => {
    const made = await call('POST', '/api/v1/channels', {
      name: 'One',
      outputPath: 'one',
      sources: [{ url: 'http://u:p@h/1' }],
    });
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'One', state: 'idle', urls: { ts: '/stream/one', hls: '/stream/one/hls' } },
    });
    expect(made.body.sources).toMatchObject([{ url: 'http://***@h/1', position: 0, kind: 'url' }]);
    const { id, num, etag } = made.body;
    expect((await call('GET', `/api/v1/channels/${num}`)).body.id).toBe(id);
    const patched = await call('PATCH', `/api/v1/channels/${id}`, { name: 'Two' }, { 'If-Match': etag });
    expect(patched).toMatchObject({ status: 200, body: { name: 'Two' } });
    expect(patched.etag).toBe(patched.body.etag);
    expect(
      (await call('PATCH', `/api/v1/channels/${id}`, { name: 'Three' }, { 'If-Match': etag })).body.error
        .code,
    ).toBe('EDIT_CONFLICT');
    expect((await call('DELETE', `/api/v1/channels/${id}`)).status).toBe(204);
    expect((await call('GET', `/api/v1/channels/${id}`)).body.error.code).toBe('CHANNEL_NOT_FOUND');
  });

  test('the states of the live engine are shown and filtered by', async () => {
    const [a, b] = [
      await call('POST', '/api/v1/channels', { name: 'A' }),
      await call('POST', '/api/v1/channels', { name: 'B' }),
    ];
    states.set(a.body.id, { state: 'active', viewers: 3 });
    const list = await call('GET', '/api/v1/channels?sort=name');
    expect(list.body.items.map((c) => [c.name, c.state, c.viewers])).toEqual([
      ['A', 'active', 3],
      ['B', 'idle', 0],
    ]);
    expect((await call('GET', '/api/v1/channels?state=active')).body).toMatchObject({
      total: 1,
      items: [{ id: a.body.id }],
    });
    expect((await call('GET', '/api/v1/channels?state=idle')).body).toMatchObject({
      total: 1,
      items: [{ id: b.body.id }],
    });
    expect((await call('GET', '/api/v1/channels?state=failed')).body).toMatchObject({ total: 0, items: [] });
  });

  test('many are changed at once', async () => {
    const ids = (await Promise.all(['A', 'B'].map((name) => call('POST', '/api/v1/channels', { name })))).map(
      (r) => r.body.id,
    );
    expect(
      (await call('POST', '/api/v1/channels/bulk', { ids, action: { type: 'group', group: 'G' } })).body,
    ).toEqual({ changed: 2 });
    expect((await call('GET', '/api/v1/groups')).body).toEqual({
      items: [{ name: 'G', channels: 2 }],
      nextCursor: null,
      total: 1,
    });
  });

  test('a viewer sees what is on, without its sources, and changes nothing', async () => {
    const on = await call('POST', '/api/v1/channels', { name: 'On', sources: [{ url: 'http://h/1' }] });
    const off = await call('POST', '/api/v1/channels', { name: 'Off', enabled: false });
    role = 'viewer';
    expect((await call('GET', '/api/v1/channels')).body.items.map((c) => c.name)).toEqual(['On']);
    expect((await call('GET', `/api/v1/channels/${on.body.id}`)).body.sources).toEqual([]);
    expect((await call('GET', `/api/v1/channels/${off.body.id}`)).status).toBe(404);
    for (const [method, path] of [
      ['POST', '/api/v1/channels'],
      ['PATCH', `/api/v1/channels/${on.body.id}`],
      ['DELETE', `/api/v1/channels/${on.body.id}`],
      ['POST', '/api/v1/channels/bulk'],
      ['POST', '/api/v1/channels/import'],
      ['GET', '/api/v1/providers'],
      ['GET', '/api/relays'],
    ] as const) {
      expect([path, (await call(method, path, method === 'GET' ? undefined : {})).status]).toEqual([
        path,
        403,
      ]);
    }
  });

  test('a generator cannot be made through the API', async () => {
    const made = await call('POST', '/api/v1/channels', {
      name: 'X',
      sources: [{ url: 'http://h/1', kind: 'generator' }],
    });
    expect(made.body.sources?.[0]?.kind ?? 'refused').not.toBe('generator');
    expect(
      (await call('POST', '/api/v1/channels', { name: 'X', sources: [{ url: 'generator:' }] })).body.error
        .code,
    ).toBe('ADDRESS_INVALID');
  });
});

describe('/api/v1/channels/import', () => {
  const form = (text: string, fields: [string, string][], fileFirst: boolean) => {
    const data = new FormData();
    if (fileFirst) data.set('file', new File([text], 'my list.m3u'));
    for (const [name, value] of fields) data.set(name, value);
    if (!fileFirst) data.set('file', new File([text], 'my list.m3u'));
    return data;
  };

  test('pasted text is tried and then imported', async () => {
    const text = generatedList(3);
    expect((await call('POST', '/api/v1/channels/import', { text, dryRun: true })).body).toMatchObject({
      dryRun: true,
      added: 3,
    });
    expect((await call('GET', '/api/v1/channels')).body.total).toBe(0);
    expect((await call('POST', '/api/v1/channels/import', { text })).body).toMatchObject({
      dryRun: false,
      added: 3,
    });
    expect((await call('GET', '/api/v1/providers')).body.items).toMatchObject([
      { name: 'Pasted list', channels: 3, url: null },
    ]);
  });

  test.each([true, false])(
    'a file comes as a form, with its fields before or after it (file first: %s)',
    async (fileFirst) => {
      const text = generatedList(5000);
      const dry = await call('POST', '/api/v1/channels/import', form(text, [['dryRun', 'true']], fileFirst));
      expect(dry.body).toMatchObject({ dryRun: true, added: 5000, name: 'my list.m3u' });
      const real = await call(
        'POST',
        '/api/v1/channels/import',
        form(
          text,
          [
            ['dryRun', 'false'],
            ['name', 'Mine'],
          ],
          fileFirst,
        ),
      );
      expect(real.body).toMatchObject({ dryRun: false, added: 5000, name: 'Mine' });
    },
  );

  test.each([
    [{ text: '<html>' }, 422, 'LIST_NOT_M3U'],
    [{ url: 'http://127.0.0.1:1/x' }, 403, 'ADDRESS_BLOCKED'],
    [{ url: 'file:///etc/passwd' }, 400, 'ADDRESS_INVALID'],
    [{ url: 'http://h/', text: 'x' }, 400, 'VALIDATION'],
    [{}, 400, 'VALIDATION'],
  ])('%j is answered with %i %s', async (body, status, code) => {
    expect(await call('POST', '/api/v1/channels/import', body)).toMatchObject({
      status,
      body: { error: { code } },
    });
  });

  test('a form with a refused list, without a file or with a wrong field is answered, not hung up on', async () => {
    const html = form(`<html>${'x'.repeat(2_000_000)}`, [['dryRun', 'true']], true);
    expect((await call('POST', '/api/v1/channels/import', html)).body.error.code).toBe('LIST_NOT_M3U');
    const empty = new FormData();
    empty.set('dryRun', 'true');
    expect((await call('POST', '/api/v1/channels/import', empty)).body.error.code).toBe('VALIDATION');
    expect(
      (await call('POST', '/api/v1/channels/import', form(generatedList(2), [['dryRun', 'perhaps']], true)))
        .body.error.code,
    ).toBe('VALIDATION');
    expect((await call('GET', '/api/v1/channels')).body.total).toBe(0);
  });
});

describe('/api/relays', () => {
  const relay = { name: 'R', output_path: 'r', source_urls: ['http://h/1', 'http://h/2'] };

  test('a relay is made, listed as a bare array, replaced, patched and deleted', async () => {
    const made = await call('POST', '/api/relays', relay);
    expect(made).toMatchObject({
      status: 201,
      body: { ...relay, urls: { ts: '/stream/r', hls: '/stream/r/hls' } },
    });
    expect((await call('GET', '/api/relays')).body).toEqual([made.body]);
    const put = await call(
      'PUT',
      `/api/relays/${made.body.id}`,
      { ...relay, source_urls: ['http://h/2'] },
      { 'If-Match': made.etag ?? '' },
    );
    expect(put.body.source_urls).toEqual(['http://h/2']);
    expect(
      (await call('PUT', `/api/relays/${made.body.id}`, relay, { 'If-Match': made.etag ?? '' })).status,
    ).toBe(412);
    expect((await call('PATCH', `/api/relays/${made.body.id}`, { name: 'R2' })).body.name).toBe('R2');
    expect((await call('DELETE', `/api/relays/${made.body.id}`)).status).toBe(204);
    expect((await call('GET', `/api/relays/${made.body.id}`)).status).toBe(404);
  });

  test('a second relay with the same output path is a conflict', async () => {
    await call('POST', '/api/relays', relay);
    expect(await call('POST', '/api/relays', relay)).toMatchObject({
      status: 409,
      body: { error: { code: 'OUTPUT_PATH_TAKEN' } },
    });
  });
});
