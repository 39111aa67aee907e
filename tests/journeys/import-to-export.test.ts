import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Channel, ImportResult, Provider } from '../../lib/contract/channels.ts';
import type { Page } from '../../lib/contract/common.ts';
import { type M3uEntry, M3uParser } from '../../lib/formats/m3u.ts';
import { Client } from '../support/client.ts';
import { newDataDir, type RunningServer, removeDataDir, startServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const ENTRIES = 3000;
const entry = (i: number) =>
  `#EXTINF:-1 tvg-id="ch${i}" tvg-chno="${i + 1}" group-title="Group ${i % 7}",Channel ${i}\nstreams/${i}.ts?token=secret-${i}\n`;
const list = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => entry(from + i)).join('');

/** How the provider answers next: the whole list, or its first half and then silence. */
let hold = false;
let asked = 0;
const provider = http.createServer((_req, res) => {
  asked++;
  res.writeHead(200, { 'Content-Type': 'audio/x-mpegurl' });
  if (!hold) return res.end(`#EXTM3U\n${list(0, ENTRIES)}`);
  return res.write(`#EXTM3U\n${list(0, ENTRIES / 2)}`);
});

const dataDir = newDataDir();
let address: string;
let env: Record<string, string>;
let server: RunningServer;
let client: Client;

beforeAll(async () => {
  await new Promise<void>((done) => provider.listen(0, '127.0.0.1', done));
  const { port } = provider.address() as AddressInfo;
  address = `http://127.0.0.1:${port}/dir/get.php?username=joe&password=hunter2`;
  env = { ALLOW_SOURCES: `127.0.0.1/32:${port}`, LOG_LEVEL: 'debug' };
  server = await startServer({ pages: false, dataDir, env });
  client = await new Client(server.base).signIn();
});
afterAll(async () => {
  await server.stop();
  provider.closeAllConnections();
  provider.close();
  removeDataDir(dataDir);
});

const importUrl = (dryRun: boolean) =>
  client.post<ImportResult>('/api/v1/channels/import', { url: address, dryRun });
const total = async () => (await client.get<Page<Channel>>('/api/v1/channels?limit=1')).body.total;

test('kill -9 in the middle of an import leaves nothing of it, and the next start imports it whole (IMP-03, PROC-03)', async () => {
  hold = true;
  importUrl(false).catch(() => {});
  await until('the list is being read', () => asked > 0);
  await server.kill();
  hold = false;
  server = await startServer({ pages: false, dataDir, env });
  client = await new Client(server.base).signIn();
  expect(await total()).toBe(0);
  expect((await importUrl(true)).body).toMatchObject({ dryRun: true, added: ENTRIES, skipped: 0 });
  expect(await total()).toBe(0);
  expect((await importUrl(false)).body).toMatchObject({ dryRun: false, added: ENTRIES });
  expect((await importUrl(false)).body).toMatchObject({ added: 0, changed: 0, unchanged: ENTRIES });
  expect(await total()).toBe(ENTRIES);
});

test('what was imported outlives kill -9 (IMP-04)', async () => {
  await server.kill();
  server = await startServer({ pages: false, dataDir, env });
  client = await new Client(server.base).signIn();
  expect(await total()).toBe(ENTRIES);
  expect((await client.get<Page<Provider>>('/api/v1/providers')).body.items).toMatchObject([
    { channels: ENTRIES, missing: 0, name: '127.0.0.1' },
  ]);
});

test('the exported list has every channel in order, with addresses of ours and no secret of the provider (S1.9, IMP-10)', async () => {
  const { body: line } = await client.get<{ m3u: { ts: string; hls: string } }>('/api/v1/me/line');
  const text = await (await fetch(new URL(line.m3u.hls, server.base))).text();
  const entries: M3uEntry[] = [];
  const parser = new M3uParser({ onEntry: (e) => entries.push(e), onSkip: (s) => expect(s).toBeNull() });
  parser.push(text);
  expect(parser.end()).toBe('list');
  expect(entries.map((e) => e.name)).toEqual(Array.from({ length: ENTRIES }, (_, i) => `Channel ${i}`));
  expect(entries.every((e) => new URL(e.url).origin === server.base)).toBe(true);
  expect(text).not.toMatch(/hunter2|secret-|streams\//);
});

test('the log of outbound connections names 127.0.0.1 alone, and no log tells a secret (NET-01, NET-11)', async () => {
  const log = readFileSync(path.join(dataDir, 'logs/siaran.log'), 'utf8');
  const attempts = log
    .split('\n')
    .filter((row) => row.includes('"attempt"'))
    .map(
      (row) => (JSON.parse(row) as { attempt: { host: string; address: string; result: string } }).attempt,
    );
  expect(attempts.length).toBeGreaterThan(0);
  expect(new Set(attempts.map((a) => `${a.host} ${a.address} ${a.result}`))).toEqual(
    new Set(['127.0.0.1 127.0.0.1 connected']),
  );
  expect(log).not.toMatch(/hunter2|secret-\d/);
});
