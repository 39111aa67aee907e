import { once } from 'node:events';
import type http from 'node:http';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { parseAddressRules } from '../core/address-rules.ts';
import { type AppError, isAppError } from '../core/errors.ts';
import { createNet, type Net, type NetOptions } from './net.ts';
import { startTestServer, type TestServer } from './test-server.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

async function server(handler: http.RequestListener): Promise<TestServer> {
  const started = await startTestServer(handler);
  open.push(started);
  return started;
}
function netFor(servers: TestServer[], options: NetOptions = {}): Net {
  const allow = parseAddressRules(servers.map((s) => `127.0.0.1/32:${s.port}`).join(' ')) ?? [];
  const net = createNet({ allow, ...options });
  open.push(net);
  return net;
}
async function errorOf(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!isAppError(error)) throw new Error(`expected an AppError, got ${String(error)}`);
  return error;
}

describe('redirects', () => {
  const refused = [
    'file:///etc/passwd',
    'gopher://127.0.0.1/',
    'http://169.254.169.254/',
    'http://[::1]/',
    'http://10.0.0.1/',
  ];
  test.each(refused)('NET-04 a redirect to %s is refused', async (location) => {
    const source = await server((_req, res) => res.writeHead(302, { location }).end());
    const net = netFor([source]);
    const error = await errorOf(net.text(`${source.origin}/`));
    expect(['ADDRESS_BLOCKED', 'ADDRESS_INVALID']).toContain(error.code);
  });

  test('NET-04 a redirect to an unlisted loopback port reaches nothing', async () => {
    const canary = await server((_req, res) => res.end('reached'));
    const source = await server((_req, res) => res.writeHead(302, { location: `${canary.origin}/` }).end());
    expect((await errorOf(netFor([source]).text(`${source.origin}/`))).code).toBe('ADDRESS_BLOCKED');
    expect(canary.connections()).toBe(0);
  });

  test('NET-04 five redirects are followed, a sixth is not', async () => {
    const source = await server((req, res) => {
      const left = Number(req.url?.slice(1));
      if (left === 0) res.end('there');
      else res.writeHead(302, { location: `/${left - 1}` }).end();
    });
    const net = netFor([source]);
    const answer = await net.text(`${source.origin}/5`);
    expect(answer).toMatchObject({ text: 'there', url: `${source.origin}/0` });
    expect((await errorOf(net.text(`${source.origin}/6`))).code).toBe('UPSTREAM_REDIRECTS');
  });

  test('NET-11 credentials and unknown headers stay with their origin; the player name goes along', async () => {
    const other = await server((_req, res) => res.end('ok'));
    const source = await server((req, res) => {
      if (req.url === '/start') res.writeHead(302, { location: '/same' }).end();
      else res.writeHead(307, { location: `${other.origin}/other` }).end();
    });
    const headers = { 'User-Agent': 'Box/1', Cookie: 'a=1', 'X-Token': 't', Referer: 'http://r.example/' };
    await netFor([source, other]).text(`http://us%40er:p%3Ass@127.0.0.1:${source.port}/start`, { headers });
    const expected = `Basic ${Buffer.from('us@er:p:ss').toString('base64')}`;
    expect(source.requests.map((r) => r.headers.authorization)).toEqual([expected, expected]);
    expect(source.requests[1]?.headers).toMatchObject({ cookie: 'a=1', 'x-token': 't' });
    const seen = other.requests[0]?.headers;
    expect(seen).toMatchObject({ 'user-agent': 'Box/1', referer: 'http://r.example/' });
    expect(seen).not.toHaveProperty('authorization');
    expect(seen).not.toHaveProperty('cookie');
    expect(seen).not.toHaveProperty('x-token');
  });

  test('NET-11 headers of the connection cannot be set and cookies do not come back', async () => {
    const source = await server((_req, res) => res.setHeader('set-cookie', 'x=1').end('ok'));
    const headers = {
      Host: 'evil.example',
      'X-Forwarded-For': '1.2.3.4',
      Connection: 'close',
      'bad name': 'x',
      Ok: 'a\nb',
    };
    const answer = await netFor([source]).text(`${source.origin}/`, { headers });
    expect(source.requests[0]?.headers.host).toBe(`127.0.0.1:${source.port}`);
    expect(source.requests[0]?.headers).not.toHaveProperty('x-forwarded-for');
    expect(source.requests[0]?.headers).not.toHaveProperty('ok');
    expect(answer.headers).not.toHaveProperty('set-cookie');
  });
});

describe('limits', () => {
  test('IMP-07 a gzip bomb ends at the limit after inflating', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const source = await server((_req, res) => res.setHeader('content-encoding', 'gzip').end(bomb));
    expect((await errorOf(netFor([source]).text(`${source.origin}/`))).code).toBe('UPSTREAM_TOO_LARGE');
  });

  test('a compressed body comes decoded', async () => {
    const source = await server((_req, res) =>
      res.setHeader('content-encoding', 'gzip').end(gzipSync('#EXTM3U')),
    );
    expect((await netFor([source]).text(`${source.origin}/`)).text).toBe('#EXTM3U');
  });

  test('an endless body ends at the limit', async () => {
    const source = await server((_req, res) => {
      const more = () => {
        while (!res.destroyed && res.write(Buffer.alloc(65_536)));
      };
      res.on('drain', more);
      more();
    });
    const error = await errorOf(netFor([source]).text(`${source.origin}/`, { maxBytes: 1_000_000 }));
    expect(error.code).toBe('UPSTREAM_TOO_LARGE');
  });

  test('headers that never come end at their own limit', async () => {
    const source = await server(() => {});
    const error = await errorOf(netFor([source]).fetch(`${source.origin}/`, { headersTimeoutMs: 100 }));
    expect(error.code).toBe('UPSTREAM_TIMEOUT');
  });

  test('response headers past the cap are refused', async () => {
    const source = await server((_req, res) => res.setHeader('x-long', 'a'.repeat(60_000)).end());
    expect((await errorOf(netFor([source]).text(`${source.origin}/`))).code).toBe('UPSTREAM_UNREACHABLE');
  });

  test('an address that refuses is passed over for the next one of the name', async () => {
    const source = await server((_req, res) => res.end('second'));
    const allow = parseAddressRules(`127.0.0.0/8:${source.port}`) ?? [];
    const net = netFor([], { allow, lookup: async () => ['127.0.0.9', '127.0.0.1'] });
    expect((await net.text(`http://two.example:${source.port}/`)).text).toBe('second');
    expect(net.attempts().map((line) => [line.address, line.result])).toEqual([
      ['127.0.0.9', 'refused'],
      ['127.0.0.1', 'connected'],
    ]);
  });
});

describe('answers', () => {
  test('the body streams and an abort ends the connection', async () => {
    const closed = Promise.withResolvers<void>();
    const source = await server((req, res) => {
      req.socket.on('close', () => closed.resolve());
      res.write('first');
    });
    const stop = new AbortController();
    const answer = await netFor([source]).fetch(`${source.origin}/live`, {
      signal: stop.signal,
      bodyTimeoutMs: 0,
    });
    const [chunk] = await once(answer.body, 'data');
    expect(String(chunk)).toBe('first');
    answer.body.on('error', () => {});
    stop.abort();
    await closed.promise;
  });

  test('keep-alive: a second request uses the same connection', async () => {
    const source = await server((_req, res) => res.end('ok'));
    const net = netFor([source]);
    await net.text(`${source.origin}/1`);
    await net.text(`${source.origin}/2`);
    expect(source.connections()).toBe(1);
  });

  test('a status other than 2xx is an error of text and an answer of fetch', async () => {
    const source = await server((_req, res) => res.writeHead(404).end('no'));
    const net = netFor([source]);
    const error = await errorOf(net.text(`${source.origin}/`));
    expect(error.code).toBe('UPSTREAM_STATUS');
    expect(error.message).toContain('404');
    const answer = await net.fetch(`${source.origin}/`);
    expect(answer.status).toBe(404);
    answer.body.destroy();
  });

  test('NET-11 neither the log of attempts nor an error names path, query or password', async () => {
    const source = await server((_req, res) => res.writeHead(500).end());
    const net = netFor([source]);
    const error = await errorOf(
      net.text(`http://user:hunter2@127.0.0.1:${source.port}/secret-path?token=abc`),
    );
    const told = JSON.stringify([error.message, error.details, net.attempts()]);
    for (const secret of ['hunter2', 'secret-path', 'abc', 'user']) expect(told).not.toContain(secret);
  });

  test('a server that does not speak TLS is told so', async () => {
    const source = await server((_req, res) => res.end());
    const error = await errorOf(netFor([source]).text(`https://127.0.0.1:${source.port}/`));
    expect(error.code).toBe('UPSTREAM_TLS');
    expect(error.message).toContain('HTTPS');
  });

  test('a server that answers no HTTP is told so', async () => {
    const raw = createServer((socket) => socket.resume().end('SSH-2.0-x\r\n'));
    raw.listen(0, '127.0.0.1');
    await once(raw, 'listening');
    const address = raw.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    open.push({ close: () => new Promise((resolve) => raw.close(() => resolve())) });
    const net = netFor([], { allow: parseAddressRules(`127.0.0.1/32:${port}`) ?? [] });
    expect((await errorOf(net.text(`http://127.0.0.1:${port}/`))).code).toBe('UPSTREAM_UNREACHABLE');
  });
});
