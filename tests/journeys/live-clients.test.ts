import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lateMs } from '../support/lag.ts';
import { panelFor } from '../support/panel.ts';
import { MarkedViewer } from '../support/provider/marks.ts';
import { Provider } from '../support/provider/provider.ts';
import { until } from '../support/until.ts';

const IDLE_S = 1;
const CROWD = 300;
const LIMIT_MS = 20_000;
/** Connections to the database that a crowd opens and that stay for later. */
const KEPT_FILES = 20;

let provider: Provider;
beforeAll(async () => {
  provider = await Provider.start();
});
afterAll(() => provider.close());
const panel = panelFor({ beforeAll, afterAll }, () => ({
  pages: false,
  env: { ALLOW_SOURCES: `127.0.0.1/32:${provider.port}`, STREAM_IDLE_TIMEOUT: String(IDLE_S) },
}));

async function channel(name: string) {
  const made = await panel.client.post<{ urls: { ts: string } }>('/api/v1/channels', {
    name,
    outputPath: name,
    sources: [{ url: provider.ts(`small.${name}`, name) }],
  });
  const url = new URL(made.body.urls.ts, panel.base).href;
  return {
    upstream: provider.counts.of(`account ${name}`),
    watch: () => new MarkedViewer(url, { keep: false }),
  };
}

const openFiles = () => readdirSync(`/proc/${panel.server.pid}/fd`).length;

test('CLI-01, CLI-12: statistics stay quick with a crowd, and when all leave at once nothing is left over', async () => {
  const { upstream, watch } = await channel('crowd');
  const before = openFiles();
  const viewers = Array.from({ length: CROWD }, watch);
  await Promise.all(viewers.map((viewer) => viewer.receives(20_000, LIMIT_MS)));
  const times: number[] = [];
  for (let index = 0; index < 50; index++) {
    const begun = performance.now();
    const { body } = await panel.client.get<{ streams: { clients: number }[] }>('/api/streams/status');
    times.push(performance.now() - begun - lateMs(begun));
    expect(body.streams[0]?.clients).toBe(CROWD);
  }
  // The 49th of 50; the whole answer, with the session that is looked up for it.
  expect(times.sort((a, b) => a - b)[48]).toBeLessThan(200);
  for (const viewer of viewers) viewer.leave();
  await until('the source is left', () => upstream.open === 0, (IDLE_S + 2) * 1000);
  expect(upstream).toMatchObject({ peak: 1, total: 1 });
  await until('the files are closed', () => openFiles() <= before + KEPT_FILES, LIMIT_MS);
  expect(panel.server.output()).not.toMatch(/unhandled|uncaught/i);
});

test('CLI-04: coming and going sixty times makes no second connection and leaves no file open', async () => {
  const { upstream, watch } = await channel('zap');
  const before = openFiles();
  for (let index = 0; index < 60; index++) {
    const viewer = watch();
    await viewer.receives(188, LIMIT_MS);
    viewer.leave();
  }
  expect(upstream).toMatchObject({ peak: 1, total: 1 });
  await until('the source is left', () => upstream.open === 0, LIMIT_MS);
  await until('the files are closed', () => openFiles() <= before + KEPT_FILES, LIMIT_MS);
});
