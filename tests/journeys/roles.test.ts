import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Video } from '../../lib/contract/videos.ts';
import { Client } from '../support/client.ts';
import { makeClip } from '../support/media.ts';
import { newDataDir, type RunningServer, removeDataDir, startServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { settled, uploadFile } from '../support/upload.ts';

const METRICS_TOKEN = 'a-token-that-measures-0123';
let dataDir = '';
let running: RunningServer[] = [];
afterEach(async () => {
  for (const server of running.reverse()) if (server.process.exitCode === null) await server.stop();
  running = [];
  removeDataDir(dataDir);
});

async function start(role: 'all' | 'web' | 'worker', port = 0): Promise<RunningServer> {
  const env = { SIARAN_ROLE: role, METRICS_TOKEN };
  const server = await startServer({ dataDir, port, env, pages: false });
  running.push(server);
  return server;
}

/** The videos that the live values tell of, in the order in which they come. */
async function listen(client: Client, end: AbortSignal): Promise<Video[]> {
  const heard: Video[] = [];
  const { body } = await client.raw('/api/v1/events', { signal: end });
  let text = '';
  const read = async () => {
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts)
        if (part.startsWith('event: video\n')) heard.push(JSON.parse(part.slice(part.indexOf('data: ') + 6)));
    }
  };
  read().catch(() => undefined); // the end of the test
  return heard;
}

test('a web process leaves videos to a worker, and its browsers see the worker’s steps as their own', async () => {
  dataDir = newDataDir();
  const web = await start('web');
  const client = await new Client(web.base).signIn();
  const end = new AbortController();
  const heard = await listen(client, end.signal);
  const clip = await makeClip(path.join(dataDir, 'clip.mp4'), { seconds: 3 });
  const videoId = await uploadFile(client, clip);
  const worker = await start('worker');
  expect((await settled(client, videoId)).state).toBe('ready');
  await until('the browser has heard of it', () => heard.some(({ state }) => state === 'ready'));
  expect(heard.some(({ state }) => state === 'processing')).toBe(true);
  end.abort();

  const answer = async (address: string, token?: string) =>
    (await fetch(worker.base + address, token ? { headers: { Authorization: `Bearer ${token}` } } : {}))
      .status;
  for (const address of ['/healthz', '/readyz']) expect(await answer(address), address).toBe(200);
  for (const address of ['/', '/api/v1/videos', '/files', `/hls/${videoId}/master.m3u8`, '/api/auth/ok'])
    expect(await answer(address), address).toBe(404);
  expect(await answer('/metrics')).toBe(401);
  expect(await answer('/metrics', METRICS_TOKEN)).toBe(200);

  expect(await worker.stop()).toBe(0);
  expect((await client.raw('/readyz')).status).toBe(200);
  const logs = readdirSync(path.join(dataDir, 'logs'));
  expect(logs.filter((name) => name.startsWith('siaran-worker-'))).toHaveLength(1);
  expect(readdirSync(path.join(dataDir, 'temp', 'work'))).toEqual([]);
});

test('a worker waits for its Siaran to come back, and works on (PROC-04)', async () => {
  dataDir = newDataDir();
  const first = await start('web');
  const worker = await start('worker');
  const readiness = async () => (await fetch(`${worker.base}/readyz`)).status;
  expect(await first.stop()).toBe(0);
  await expect.poll(readiness, { timeout: 15_000 }).toBe(503);
  const second = await start('web');
  await expect.poll(readiness, { timeout: 15_000 }).toBe(200);
  const client = await new Client(second.base).signIn();
  const clip = await makeClip(path.join(dataDir, 'clip.mp4'), { seconds: 2 });
  expect((await settled(client, await uploadFile(client, clip))).state).toBe('ready');
  expect(worker.process.exitCode).toBe(null);
});

test('a worker without a Siaran to work for says what it needs and ends with 1, leaving nothing', async () => {
  dataDir = newDataDir();
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir, SIARAN_ROLE: 'worker', PORT: '0' };
  const program = path.resolve(import.meta.dirname, '../../server/index.ts');
  const ended = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(process.execPath, [program], { env: env as never }, (error, _stdout, stderr) =>
      resolve({ code: error?.code, stderr }),
    );
  });
  expect(ended).toEqual({
    code: 1,
    stderr:
      'This worker found no running Siaran on its DATA_DIR whose database it could use. Start that one first, or set DATABASE_URL to the database of both.\n',
  });
  expect(existsSync(path.join(dataDir, 'postgres'))).toBe(false);
});
