import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { generatedList, testCatalog } from '../catalog/test-catalog.ts';
import { channelRoutes } from './channels.ts';
import { importRoutes } from './imports.ts';
import { providerRoutes } from './providers.ts';
import { testApi } from './test-api.ts';

let t: Awaited<ReturnType<typeof testCatalog>>;
let api: Awaited<ReturnType<typeof testApi>>;
beforeAll(async () => {
  t = await testCatalog();
  const { catalog } = t;
  const urlsOf = async () => ({ ts: '/ts', hls: '/hls', m3u: '/m3u' });
  api = await testApi([
    channelRoutes({ catalog, liveStates: () => new Map(), urlsOf }),
    importRoutes({ catalog }),
    providerRoutes({ catalog }),
  ]);
});
beforeEach(() => api.as('editor'));
afterEach(() => t.db.execute(sql`truncate provider, channel, source, import_run, output_path_alias cascade`));
afterAll(async () => {
  await api.close();
  await t.close();
});

type ProviderBody = {
  id: string;
  name: string;
  maxConnections: number | null;
  etag: string;
  channels: number;
};
type ListBody = { items: ProviderBody[] };
type ChannelBody = { id: string; etag: string; settings: object; overrides: string[] };
type ErrorBody = { error: { code: string; details?: { field: string }[] } };

const imported = async (more: object = {}): Promise<ProviderBody> => {
  await api.call('POST', '/api/v1/channels/import', { text: generatedList(2), name: 'A', ...more });
  const { body } = await api.call<ListBody>('GET', '/api/v1/providers');
  return body.items[0]!;
};
const firstChannel = async (): Promise<string> =>
  (await t.catalog.list({ sort: 'number', limit: 1 })).items[0]!.id;

describe('/api/v1/providers', () => {
  test('an import may say how many connections the account allows, and a later one without it keeps that', async () => {
    expect(await imported({ maxConnections: 2 })).toMatchObject({
      name: 'A',
      maxConnections: 2,
      channels: 2,
    });
    expect(await imported()).toMatchObject({ maxConnections: 2 });
    expect(
      (
        await api.call<ErrorBody>('POST', '/api/v1/channels/import', {
          text: generatedList(1),
          maxConnections: 0,
        })
      ).body.error.code,
    ).toBe('VALIDATION');
  });

  test('a form says it as text, and an empty field says nothing', async () => {
    for (const [text, status] of [
      ['3', 200],
      ['', 200],
      ['many', 400],
    ] as const) {
      const form = new FormData();
      form.set('file', new File([generatedList(2)], 'a.m3u'));
      form.set('maxConnections', text);
      expect([text, (await api.call('POST', '/api/v1/channels/import', form)).status]).toEqual([
        text,
        status,
      ]);
    }
    expect((await imported()).maxConnections).toBe(3);
  });

  test('the number and the name are changed; an edit of an older version is refused', async () => {
    const { id, etag } = await imported();
    const changed = await api.call<ProviderBody>(
      'PATCH',
      `/api/v1/providers/${id}`,
      { maxConnections: 1 },
      { 'If-Match': etag },
    );
    expect(changed).toMatchObject({ status: 200, body: { name: 'A', maxConnections: 1 } });
    expect(changed.etag).toBe(changed.body.etag);
    const late = await api.call<ErrorBody>(
      'PATCH',
      `/api/v1/providers/${id}`,
      { name: 'B' },
      { 'If-Match': etag },
    );
    expect(late.body.error.code).toBe('EDIT_CONFLICT');
    const any = await api.call<ProviderBody>('PATCH', `/api/v1/providers/${id}`, { maxConnections: null });
    expect(any.body).toMatchObject({ name: 'A', maxConnections: null });
    expect((await api.call<ProviderBody>('GET', `/api/v1/providers/${id}`)).body.etag).toBe(any.body.etag);
  });

  test.each([0, -1, 1.5, 1001, '2'])('%j is no number of connections', async (maxConnections) => {
    const { id } = await imported();
    expect((await api.call('PATCH', `/api/v1/providers/${id}`, { maxConnections })).status).toBe(400);
  });

  test('a viewer changes none, and one that does not exist is not found', async () => {
    const { id } = await imported();
    const unknown = '018f2f6e-0000-7000-8000-000000000000';
    expect((await api.call('PATCH', `/api/v1/providers/${unknown}`, { name: 'B' })).status).toBe(404);
    api.as('viewer');
    expect((await api.call('PATCH', `/api/v1/providers/${id}`, { name: 'B' })).status).toBe(403);
  });

  test('a source that the list brought takes a connection of its account; one added by hand takes none', async () => {
    const { id } = await imported({ maxConnections: 2 });
    const channel = await firstChannel();
    const [given] = await t.catalog.sources(channel);
    await t.catalog.patch(
      channel,
      { sources: [{ id: given!.id }, { url: 'http://own.example/1.ts', headers: {} }] },
      null,
    );
    expect((await t.catalog.findForLive(channel))?.sources.map((source) => source.account)).toEqual([
      { id, name: 'A', maxConnections: 2 },
      null,
    ]);
    const own = await t.catalog.create({ name: 'Own', sources: [{ url: 'http://h/1', headers: {} }] });
    expect((await t.catalog.findForLive(own))?.sources.map((source) => source.account)).toEqual([null]);
  });
});

describe("a channel's own stream settings (S1.10)", () => {
  const server = { idleTimeoutMs: 30_000, segmentDurationS: 4, ringBytes: 2_097_152 };
  const none = { idleTimeoutSeconds: null, segmentSeconds: null, bufferBytes: null };

  test('what is set wins over the server, what is null takes its value, what is not sent stays', async () => {
    const made = await api.call<ChannelBody>('POST', '/api/v1/channels', {
      name: 'C',
      settings: { segmentSeconds: 2 },
    });
    const { id } = made.body;
    expect(made.body).toMatchObject({
      settings: { ...none, segmentSeconds: 2 },
      serverSettings: { idleTimeoutSeconds: 30, segmentSeconds: 4, bufferBytes: 2_097_152 },
    });
    expect(await t.catalog.findForLive(id)).toMatchObject({ ...server, segmentDurationS: 2 });
    await api.call('PATCH', `/api/v1/channels/${id}`, { settings: { idleTimeoutSeconds: 0 } });
    expect(await t.catalog.findForLive(id)).toMatchObject({
      ...server,
      segmentDurationS: 2,
      idleTimeoutMs: 0,
    });
    const back = await api.call<ChannelBody>('PATCH', `/api/v1/channels/${id}`, { settings: none });
    expect(back.body.settings).toEqual(none);
    expect(await t.catalog.findForLive(id)).toMatchObject(server);
  });

  test("a refresh of the list leaves them alone, and they are no change of the provider's fields", async () => {
    await imported();
    const id = await firstChannel();
    const { body } = await api.call<ChannelBody>('PATCH', `/api/v1/channels/${id}`, {
      settings: { bufferBytes: 1_048_576 },
    });
    expect(body.overrides).toEqual([]);
    await imported();
    expect(await t.catalog.findForLive(id)).toMatchObject({ ringBytes: 1_048_576 });
  });

  test.each([
    ['idleTimeoutSeconds', -1],
    ['idleTimeoutSeconds', 3601],
    ['segmentSeconds', 0],
    ['segmentSeconds', 13],
    ['bufferBytes', 262_143],
    ['bufferBytes', 8_388_609],
  ])('%s %i is out of the bounds that the server has too', async (name, value) => {
    const { body } = await api.call<ErrorBody>('POST', '/api/v1/channels', {
      name: 'C',
      settings: { [name]: value },
    });
    expect(body.error.code).toBe('VALIDATION');
  });
});
