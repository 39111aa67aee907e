import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { expectWithin } from '../../tests/support/time-limits.ts';
import { until } from '../../tests/support/until.ts';
import { parseAddressRules } from '../core/address-rules.ts';
import { readAll } from './body.ts';
import { createNet, type Net } from './net.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

async function server(handler: http.RequestListener) {
  const sockets = new Set<Socket>();
  let made = 0;
  const listening = http.createServer({ keepAliveTimeout: 60_000 }, handler);
  listening.on('connection', (socket) => {
    made++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  open.push({
    close: () => {
      listening.closeAllConnections();
      listening.close();
    },
  });
  const { port } = listening.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, port, open: () => sockets.size, made: () => made };
}

function netFor(ports: number[]): Net {
  const rules = ports.map((port) => `127.0.0.1/32:${port}`).join(',');
  const made = createNet({ allow: parseAddressRules(rules) ?? [] });
  open.push(made);
  return made;
}

describe('a session', () => {
  it('keeps one socket for each origin, and closing it leaves none', async () => {
    const source = await server((_req, res) => res.end('ok'));
    const session = netFor([source.port]).session();
    for (let turn = 0; turn < 3; turn++) await readAll((await session.fetch(`${source.origin}/`)).body);
    expect([source.open(), source.made()]).toEqual([1, 1]);
    const fromMs = performance.now();
    session.close();
    await until('the server sees the socket go', () => source.open() === 0);
    expectWithin(200, { fromMs });
    await expect(session.fetch(`${source.origin}/`)).rejects.toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
    expect(source.made()).toBe(1);
  });

  it('that is closed in the middle of a body ends it, and others go on', async () => {
    const source = await server((_req, res) => res.write('begun'));
    const engine = netFor([source.port]);
    const [one, other] = [engine.session(), engine.session()];
    const answers = await Promise.all([one, other].map((session) => session.fetch(`${source.origin}/`)));
    expect(source.open()).toBe(2);
    one.close();
    await expect(readAll(answers[0]!.body)).rejects.toThrow();
    await until('one socket is left', () => source.open() === 1);
    expect(answers[1]!.body.destroyed).toBe(false);
    await engine.close();
    await until('the engine ends its sessions', () => source.open() === 0);
  });

  it('that is closed while it connects never sends its request', async () => {
    let accepted = 0;
    const silent = net.createServer(() => accepted++);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    open.push({ close: () => silent.close() });
    const { port } = silent.address() as AddressInfo;
    const session = netFor([port]).session();
    const asked = session.fetch(`https://127.0.0.1:${port}/`);
    await until('the encrypted connection begins', () => accepted === 1);
    session.close();
    await expect(asked).rejects.toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
  });

  it('follows a redirect although its body never ends', async () => {
    const source = await server((req, res) => {
      if (req.url === '/there') res.end('there');
      else res.writeHead(302, { location: '/there' }).write('endless');
    });
    const session = netFor([source.port]).session();
    expect(String(await readAll((await session.fetch(`${source.origin}/`)).body))).toBe('there');
    session.close();
  });
});
