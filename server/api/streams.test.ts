import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AppError } from '../core/errors.ts';
import { type StreamPorts, streamControlRoutes, streamRoutes } from './streams.ts';
import { testApi } from './test-api.ts';

const CHANNEL = '018f2f6e-0000-7000-8000-000000000001';
const KEYS: Record<string, string> = { [CHANNEL]: CHANNEL, '103': CHANNEL, 'arena-1': CHANNEL };

let api: Awaited<ReturnType<typeof testApi>>;
let asked: (number | undefined)[] = [];
let stopped: string[] = [];
let running = true;
beforeAll(async () => {
  const ports: StreamPorts = {
    status: () => ({ total_streams: 0, streams: [] }),
    statusOf: () => null,
    resolve: async (key) => KEYS[key] ?? null,
    stop: async () => running,
    switchTo: (_id, position) => {
      if (position === 9) throw new AppError('SOURCE_SWITCH_REFUSED');
      asked.push(position);
      return running;
    },
    stopRung: (_id, rung) => {
      stopped.push(rung);
      return running;
    },
  };
  api = await testApi([streamRoutes(ports), streamControlRoutes(ports)]);
});
beforeEach(() => {
  api.as('admin');
  asked = [];
  stopped = [];
  running = true;
});
afterAll(() => api.close());

test.each([CHANNEL, '103', 'arena-1'])(
  'a stream is switched by uuid, number or path: %s (S1.4)',
  async (key) => {
    const next = await api.call('POST', `/api/streams/${key}/switch`);
    const named = await api.call('POST', `/api/streams/${key}/switch`, { position: 2 });
    expect([next, named]).toMatchObject([
      { status: 200, body: { switched: true } },
      { status: 200, body: { switched: true } },
    ]);
    expect(asked).toEqual([undefined, 2]);
    expect((await api.call('GET', `/api/streams/${key}/status`)).body).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
  },
);

test('a switch of an idle channel does nothing and says so; one that is refused names the reason', async () => {
  running = false;
  expect((await api.call('POST', '/api/streams/103/switch')).body).toEqual({ switched: false });
  expect(await api.call('POST', '/api/streams/103/switch', { position: 9 })).toMatchObject({
    status: 409,
    body: { error: { code: 'SOURCE_SWITCH_REFUSED' } },
  });
  expect((await api.call('POST', '/api/streams/none/switch')).body).toMatchObject({
    error: { code: 'CHANNEL_NOT_FOUND' },
  });
  for (const position of [-1, 1.5, 'next'])
    expect((await api.call('POST', '/api/streams/103/switch', { position })).status).toBe(400);
});

test('the encoder of one quality is stopped by its name; what is no quality is refused (S1.11, S3.3)', async () => {
  const path = '/api/streams/arena-1/rungs';
  expect(await api.call('POST', `${path}/480p/stop`)).toMatchObject({
    status: 200,
    body: { stopped: true },
  });
  running = false;
  expect((await api.call('POST', `${path}/360p/stop`)).body).toEqual({ stopped: false });
  for (const rung of ['source', '1080p', '480'])
    expect((await api.call('POST', `${path}/${rung}/stop`)).status).toBe(400);
  expect((await api.call('POST', '/api/streams/none/rungs/480p/stop')).status).toBe(404);
  expect(stopped).toEqual(['480p', '360p']);
});

test('editors see streams, only admins stop and switch them', async () => {
  api.as('editor');
  expect((await api.call('GET', '/api/streams/status')).status).toBe(200);
  expect((await api.call('POST', '/api/streams/103/switch')).status).toBe(403);
  expect((await api.call('POST', '/api/streams/103/stop')).status).toBe(403);
  expect((await api.call('POST', '/api/streams/103/rungs/480p/stop')).status).toBe(403);
});
