import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { databasesOf, ffmpegsOf, postmastersOf } from '../prove/processes.ts';
import { Client } from '../support/client.ts';
import { newDataDir, type RunningServer, removeDataDir, startServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
let server: RunningServer | null = null;
afterEach(async () => {
  if (server?.process.exitCode === null) await server.stop();
  if (server) removeDataDir(server.dataDir);
  server = null;
});

test('the health addresses are open and tell no details; measures need a right (S2.3)', async () => {
  server = await startServer({ pages: false });
  for (const address of ['/healthz', '/health', '/readyz'])
    expect((await fetch(server.base + address)).status, address).toBe(200);
  for (const address of ['/metrics', '/stats', '/api/docs', '/api/openapi.json'])
    expect((await fetch(server.base + address)).status, address).toBe(401);
  const admin = await new Client(server.base).signIn();
  const stats = await admin.get<{ memory_alloc: string; cache: { enabled: boolean } }>('/stats');
  expect(stats.body.cache.enabled).toBe(true);
  expect(stats.body.memory_alloc).toMatch(/MB$/);
  expect(await (await admin.raw('/metrics')).text()).toContain('process_resident_memory_bytes');
});

test('after SIGTERM the server ends with 0 and nothing of it is left running (PROC-02)', async () => {
  server = await startServer({ pages: false });
  expect(postmastersOf(server.dataDir)).toHaveLength(1);
  expect(await server.stop()).toBe(0);
  expect(postmastersOf(server.dataDir)).toHaveLength(0);
  expect(ffmpegsOf(server.dataDir)).toHaveLength(0);
});

test('SIGTERM while it starts ends it with 0 too, and its PostgreSQL with it (PROC-02)', async () => {
  const dataDir = newDataDir();
  let pid = 0;
  const ended = startServer({ pages: false, dataDir, onProcess: (begun) => (pid = begun) }).catch(String);
  await until('PostgreSQL is there', () => postmastersOf(dataDir)[0]);
  process.kill(pid, 'SIGTERM');
  expect(await ended).toContain('ended with 0 before it was ready');
  expect(databasesOf(dataDir)).toEqual([]);
  removeDataDir(dataDir);
});

test('after kill -9 the next start adopts the database, with everything in it (PROC-03)', async () => {
  const dataDir = newDataDir();
  server = await startServer({ pages: false, dataDir });
  const client = await new Client(server.base).signIn();
  const { body } = await client.post<{ id: string }>('/api/v1/channels', { name: 'Still here', sources: [] });
  await server.kill();
  const [orphan] = postmastersOf(dataDir);
  server = await startServer({ pages: false, dataDir });
  expect(postmastersOf(dataDir)).toEqual([orphan]);
  const again = await new Client(server.base).signIn();
  expect((await again.get(`/api/v1/channels/${body.id}`)).body).toMatchObject({ name: 'Still here' });
});

test('a start that takes too long is ended with its PostgreSQL, and one that ran before is left alone', async () => {
  const dataDir = newDataDir();
  // While the cluster is made, and with PostgreSQL up; a quick machine may be ready before.
  for (const startLimitMs of [300, 1200]) {
    const start = startServer({ pages: false, dataDir, startLimitMs });
    const error = await start.then(({ stop }) => stop(), String);
    if (typeof error === 'string') expect(error).toContain('was not ready in time');
    expect(databasesOf(dataDir), `after ${startLimitMs} ms`).toEqual([]);
  }
  server = await startServer({ pages: false, dataDir });
  const running = databasesOf(dataDir);
  expect(running).toHaveLength(1);
  const worker = { SIARAN_ROLE: 'worker' };
  await expect(startServer({ pages: false, dataDir, env: worker, startLimitMs: 1 })).rejects.toThrow(
    'in time',
  );
  expect(databasesOf(dataDir)).toEqual(running);
});

test('a wrong configuration names all problems at once and ends with 1', () => {
  const env = {
    PATH: process.env.PATH,
    PORT: 'eighty',
    STREAM_ACCESS: 'maybe',
    ALLOW_SOURCES: 'everything',
    ADMIN_EMAIL: 'a@example.org',
    DATA_DIR: newDataDir(),
  } as unknown as NodeJS.ProcessEnv;
  const { status, stderr } = spawnSync(process.execPath, ['server/index.ts'], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  for (const name of ['PORT', 'STREAM_ACCESS', 'ALLOW_SOURCES', 'ADMIN_EMAIL'])
    expect(stderr).toContain(name);
  removeDataDir(String(env.DATA_DIR));
});

test('a port in use and a foreign secret are refused with a sentence, and nothing stays behind', async () => {
  server = await startServer({ pages: false });
  const env = (more: object) =>
    ({ PATH: process.env.PATH, HOST: '127.0.0.1', ...more }) as unknown as NodeJS.ProcessEnv;
  const run = (more: object) =>
    spawnSync(process.execPath, ['tests/support/server-without-pages.ts'], {
      cwd: ROOT,
      env: env(more),
      encoding: 'utf8',
    });
  const other = newDataDir();
  const busy = run({ PORT: String(server.port), DATA_DIR: other });
  expect(busy.status).toBe(1);
  expect(busy.stderr).toContain(`Port ${server.port} is in use`);
  expect(postmastersOf(other)).toHaveLength(0);
  removeDataDir(other);
  await server.stop();
  const foreign = run({
    PORT: '0',
    DATA_DIR: server.dataDir,
    SIARAN_SECRET: 'another-secret-that-is-long-enough-for-this',
  });
  expect(foreign.status).toBe(1);
  expect(foreign.stderr).toContain('another secret');
  expect(postmastersOf(server.dataDir)).toHaveLength(0);
});

test('a request for a foreign host name is refused (WEB: DNS rebinding)', async () => {
  server = await startServer({ pages: false });
  const http = await import('node:http');
  const status = await new Promise<number>((resolve, reject) => {
    http
      .get(
        { host: '127.0.0.1', port: server?.port, path: '/healthz', headers: { Host: 'evil.example' } },
        (res) => resolve(res.resume().statusCode ?? 0),
      )
      .on('error', reject);
  });
  expect(status).toBe(421);
});
