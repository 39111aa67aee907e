import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../core/errors.ts';
import { silentLog } from '../core/log.ts';
import { createMetrics } from '../core/metrics.ts';
import { createHealth } from './health.ts';
import { sendError } from './respond.ts';

const metrics = createMetrics();
let ready = true;
let base = '';
const health = createHealth({
  ready: async () => ready,
  metrics,
  mayMeasure: async (req) => {
    if (req.headers.authorization !== 'Bearer good') throw new AppError('UNAUTHENTICATED');
  },
  stats: () => ({ connections: 1 }),
});
const server = http.createServer(async (req, res) => {
  try {
    if (!(await health(req, res))) res.writeHead(299).end();
  } catch (error) {
    sendError(req, res, error, { log: silentLog() });
  }
});

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((done) => server.close(done)));

const good = { headers: { authorization: 'Bearer good' } };

describe('health', () => {
  test.each(['/healthz', '/health'])('%s says that the process lives, without a right', async (path) => {
    const answer = await fetch(`${base}${path}`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('/readyz follows what requests need', async () => {
    ready = false;
    const down = await fetch(`${base}/readyz`);
    ready = true;
    const up = await fetch(`${base}/readyz`);
    expect([down.status, await down.json()]).toEqual([503, { status: 'not ready' }]);
    expect([up.status, await up.json()]).toEqual([200, { status: 'ready' }]);
  });

  test.each(['/metrics', '/stats'])('%s needs a right', async (path) => {
    expect((await fetch(`${base}${path}`)).status).toBe(401);
    expect((await fetch(`${base}${path}`, good)).status).toBe(200);
  });

  test('/metrics speaks the format of Prometheus', async () => {
    metrics.counter('siaran_test_total', 'A number.').inc(3);
    const answer = await fetch(`${base}/metrics`, good);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=/);
    expect(await answer.text()).toMatch(/^siaran_test_total 3$/m);
  });

  test('other methods are refused with those that work; HEAD is GET without a body', async () => {
    const post = await fetch(`${base}/healthz`, { method: 'POST' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const head = await fetch(`${base}/healthz`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '15', '']);
  });

  test.each(['/', '/healthz/', '/readyz2', '/toString', '/api'])('%s is somebody else’s', async (path) => {
    expect((await fetch(`${base}${path}`)).status).toBe(299);
  });
});
