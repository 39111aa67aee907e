import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import net from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { expectWithin } from '../../tests/support/time-limits.ts';
import { AppError } from '../core/errors.ts';
import { createLog, silentLog } from '../core/log.ts';
import { createHttpServer, type Handler, type HttpServer } from './server.ts';

const open: HttpServer[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close(0)));
});

async function start(handlers: Handler[] = [hello], publicUrl: string | null = null) {
  const server = createHttpServer({ log: silentLog(), publicUrl, handlers });
  open.push(server);
  return { server, port: await server.listen(0, '127.0.0.1') };
}

const hello: Handler = (req, res) => {
  res.setHeader('Content-Type', 'text/plain');
  res.setHeader('Content-Length', 5);
  res.end(req.method === 'HEAD' ? undefined : 'hello');
  return true;
};

/** Sends bytes as they are and answers all that came back until the server closed the connection. */
async function raw(port: number, text: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
  });
  socket.on('error', () => undefined); // a reset ends the connection as well
  socket.write(text);
  await once(socket, 'close');
  return received;
}

const lines = (...rows: string[]) => `${rows.join('\r\n')}\r\n\r\n`;
const statusOf = (answer: string) => Number(answer.slice(9, 12));
const count = (answer: string, part: string) => answer.split(part).length - 1;

describe('CLI-10 requests that are no good', () => {
  const host = 'Host: localhost';
  const table: [name: string, text: string, status: number][] = [
    ['a header of 20 KB', lines('GET / HTTP/1.1', host, `X-Long: ${'x'.repeat(20_000)}`), 431],
    [
      '1,000 headers',
      lines('GET / HTTP/1.1', host, ...Array.from({ length: 1000 }, (_, i) => `X-Number-${i}: abc`)),
      431,
    ],
    ['a request line of 100 KB', lines(`GET /${'a'.repeat(100_000)} HTTP/1.1`, host), 431],
    ['garbage', 'garbage\r\n\r\n', 400],
    ['bytes of a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    [
      'length and chunks together',
      `${lines('POST / HTTP/1.1', host, 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
      400,
    ],
    [
      'chunks and length together',
      `${lines('POST / HTTP/1.1', host, 'Transfer-Encoding: chunked', 'Content-Length: 5')}0\r\n\r\n`,
      400,
    ],
    [
      'two different lengths',
      `${lines('POST / HTTP/1.1', host, 'Content-Length: 5', 'Content-Length: 6')}hello!`,
      400,
    ],
    ['a length that is no number', lines('POST / HTTP/1.1', host, 'Content-Length: 5x'), 400],
    ['a space before the colon', lines('GET / HTTP/1.1', host, 'X-Bad : 1'), 400],
    ['a header without a name', lines('GET / HTTP/1.1', host, ': 1'), 400],
    ['a folded header', lines('GET / HTTP/1.1', host, 'X-Fold: a', ' b'), 400],
    ['HTTP/1.1 without Host', lines('GET / HTTP/1.1', 'Connection: close'), 400],
  ];
  test.each(table)('%s', async (_name, text, status) => {
    const { port } = await start([
      (req, res) => {
        req.resume().on('error', () => undefined);
        req.on('end', () => res.end('reached'));
        return true;
      },
    ]);
    const answer = await raw(port, text);
    expect(statusOf(answer)).toBe(status);
    expect(answer).not.toContain('reached');
  });

  test('a chunk that is no chunk ends the request and the next one works', async () => {
    const { port } = await start([
      async (req, res) => {
        for await (const _ of req);
        res.end('read');
        return true;
      },
    ]);
    const head = lines('POST / HTTP/1.1', 'Host: localhost', 'Transfer-Encoding: chunked');
    const answer = await raw(port, `${head}zz\r\nhello\r\n0\r\n\r\n`);
    expect(answer).not.toContain('read');
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('read');
  });

  test('garbage behind a running answer does not get mixed into it', async () => {
    let finish = () => {};
    const { port } = await start([
      (_req, res) => {
        res.writeHead(200, { 'Content-Length': 10 });
        res.write('first');
        finish = () => res.end('final');
        return true;
      },
    ]);
    const answer = raw(port, `${lines('GET / HTTP/1.1', 'Host: localhost')}garbage\r\n\r\n`);
    const text = await answer;
    finish();
    expect(text).not.toContain('400 Bad Request');
  });
});

describe('Host', () => {
  test.each([
    ['evil.test', 421],
    ['localhost', 200],
    ['127.0.0.1:1', 200],
    ['tv.example.org', 200],
  ])('%s is answered with %i', async (host, status) => {
    const { port } = await start([hello], 'https://tv.example.org');
    const answer = await raw(port, lines('GET / HTTP/1.1', `Host: ${host}`, 'Connection: close'));
    expect(statusOf(answer)).toBe(status);
    if (status === 421) expect(answer).toContain('"code":"HOST_REFUSED"');
  });
});

describe('CLI-11 how connections go on', () => {
  test('HTTP/1.0 without Host is answered and closed', async () => {
    const { port } = await start();
    const answer = await raw(port, lines('GET / HTTP/1.0'));
    expect(statusOf(answer)).toBe(200);
    expect(answer.endsWith('hello')).toBe(true);
  });

  test('pipelined requests are answered in order on one connection', async () => {
    let slow: ServerResponse | undefined;
    const { port } = await start([
      (req, res) => {
        if (req.url === '/slow') slow = res;
        else res.end(req.url);
        if (req.url === '/last') slow?.end('/slow');
        return true;
      },
    ]);
    const answer = await raw(
      port,
      lines('GET /slow HTTP/1.1', 'Host: localhost') +
        lines('GET /fast HTTP/1.1', 'Host: localhost') +
        lines('GET /last HTTP/1.1', 'Host: localhost', 'Connection: close'),
    );
    expect(count(answer, 'HTTP/1.1 200 OK')).toBe(3);
    expect(answer.indexOf('/slow')).toBeLessThan(answer.indexOf('/fast'));
    expect(answer.indexOf('/fast')).toBeLessThan(answer.indexOf('/last'));
  });

  test('HEAD has the headers of GET, no body, and leaves the connection usable', async () => {
    const { port } = await start();
    const answer = await raw(
      port,
      lines('HEAD / HTTP/1.1', 'Host: localhost') +
        lines('GET / HTTP/1.1', 'Host: localhost', 'Connection: close'),
    );
    expect(count(answer, 'Content-Length: 5')).toBe(2);
    expect(count(answer, 'hello')).toBe(1);
  });
});

describe('dispatch', () => {
  test('the first handler that takes a request has it, later ones are not asked', async () => {
    const asked: string[] = [];
    const takes =
      (name: string, path: string): Handler =>
      (req, res) => {
        asked.push(name);
        if (req.url !== path) return false;
        res.end(name);
        return true;
      };
    const { port } = await start([takes('one', '/1'), takes('two', '/2'), takes('three', '/2')]);
    expect(await (await fetch(`http://127.0.0.1:${port}/2`)).text()).toBe('two');
    expect(asked).toEqual(['one', 'two']);
  });

  test('nobody takes it: 404 with the id that the header carries', async () => {
    const { port } = await start([() => false]);
    const answer = await fetch(`http://127.0.0.1:${port}/x`);
    const body = await answer.json();
    expect(answer.status).toBe(404);
    expect(body.error).toMatchObject({ code: 'NOT_FOUND', docUrl: '/api/docs/errors#NOT_FOUND' });
    expect(body.error.requestId).toBe(answer.headers.get('x-request-id'));
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('an error of the catalogue keeps its status, details and waiting time', async () => {
    const { port } = await start([
      () => {
        throw new AppError('TOO_MANY_REQUESTS', { retryAfterSeconds: 2.2, details: { left: 0 } });
      },
    ]);
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('3');
    expect((await answer.json()).error.details).toEqual({ left: 0 });
  });

  test('WEB-14 any other error is 500, says nothing private, and stands in the log', async () => {
    const written = new PassThrough().setEncoding('utf8');
    const { log, close } = createLog({ level: 'info', dataDir: null, stdout: written });
    const server = createHttpServer({
      log,
      publicUrl: null,
      handlers: [async () => Promise.reject(new Error('secret path /var/lib'))],
    });
    open.push(server);
    const port = await server.listen(0, '127.0.0.1');
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    const text = await answer.text();
    await close();
    expect(answer.status).toBe(500);
    expect(text).not.toContain('secret path');
    expect(text).not.toContain('server.test.ts');
    expect(written.read()).toContain('secret path /var/lib');
  });

  test('an error after the first byte cuts the connection instead of ending the body well', async () => {
    const cut = await start([
      async (_req, res) => {
        res.writeHead(200, { 'Content-Length': 10 });
        await new Promise((sent) => res.write('12345', sent));
        throw new Error('broken');
      },
    ]);
    const answer = await raw(cut.port, lines('GET / HTTP/1.1', 'Host: localhost'));
    expect(answer.endsWith('12345')).toBe(true);
  });

  test('a client that leaves in the middle does not hurt the next one', async () => {
    let left: Promise<unknown> = Promise.resolve();
    const { port } = await start([
      (req, res) => {
        if (req.url === '/next') return hello(req, res);
        left = once(res, 'close');
        res.write('x'.repeat(100_000));
        return true;
      },
    ]);
    const request = http.get({ port, host: '127.0.0.1' });
    request.on('error', () => undefined);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    request.destroy();
    await left;
    expect(await (await fetch(`http://127.0.0.1:${port}/next`)).text()).toBe('hello');
  });
});

describe('close', () => {
  async function running(agent: http.Agent) {
    let answer: ServerResponse | undefined;
    const { server, port } = await start([
      (_req, res) => {
        res.writeHead(200, { 'Content-Length': 10 });
        res.write('12345');
        answer = res;
        return true;
      },
    ]);
    const request = http.get({ port, host: '127.0.0.1', agent });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const body = (async () => {
      let text = '';
      for await (const chunk of response) text += chunk;
      return text;
    })();
    return { server, port, body, finish: () => answer?.end('67890') };
  }

  test('a running answer is finished, nothing new is accepted, and then it is over at once', async () => {
    const agent = new http.Agent({ keepAlive: true });
    const { server, port, body, finish } = await running(agent);
    const fromMs = performance.now();
    const closed = server.close(20_000);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    finish();
    expect(await body).toBe('1234567890');
    await closed;
    expectWithin(5000, { fromMs });
    expect(server.connections()).toBe(0);
    agent.destroy();
  });

  test('a large answer to a slow reader, written at one go, is not cut off', async () => {
    const size = 30_000_000;
    const { server, port } = await start([
      (_req, res) => {
        res.end(Buffer.alloc(size));
        return true;
      },
    ]);
    const request = http.get({ port, host: '127.0.0.1' });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const closed = server.close(20_000);
    let received = 0;
    for await (const chunk of response) received += chunk.length;
    expect(received).toBe(size);
    await closed;
  });

  test('an answer that never ends is cut off after the drain time', async () => {
    const agent = new http.Agent();
    const { server, body } = await running(agent);
    const outcome = body.then(
      () => 'whole',
      () => 'cut',
    );
    await server.close(50);
    expect(await outcome).toBe('cut');
    expect(server.connections()).toBe(0);
  });

  test('idle connections do not hold it up', async () => {
    const { server, port } = await start();
    const agent = new http.Agent({ keepAlive: true });
    const request = http.get({ port, host: '127.0.0.1', agent });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    await once(response.resume(), 'end');
    expect(server.connections()).toBe(1);
    const fromMs = performance.now();
    await server.close(20_000);
    expectWithin(5000, { fromMs });
    agent.destroy();
  });

  test('a port that is taken is refused with the way out', async () => {
    const { port } = await start();
    const second = createHttpServer({ log: silentLog(), publicUrl: null, handlers: [] });
    await expect(second.listen(port, '127.0.0.1')).rejects.toThrow(`Port ${port} is in use. Set PORT`);
  });
});
