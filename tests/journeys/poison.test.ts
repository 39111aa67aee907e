import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Video } from '../../lib/contract/videos.ts';
import { Client } from '../support/client.ts';
import { makeClip } from '../support/media.ts';
import { childrenOf, METRICS_TOKEN } from '../support/segments.ts';
import { newDataDir, type RunningServer, removeDataDir, startServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { settled, uploadFile } from '../support/upload.ts';

const dataDir = newDataDir();
const running: RunningServer[] = [];
afterEach(async () => {
  for (const server of running.reverse()) if (isAlive(server)) await server.stop();
  removeDataDir(dataDir);
});
const isAlive = ({ process: { exitCode, signalCode } }: RunningServer) =>
  exitCode === null && signalCode === null;

async function start(role: 'web' | 'worker'): Promise<RunningServer> {
  const env = { SIARAN_ROLE: role, METRICS_TOKEN };
  const server = await startServer({ dataDir, pages: false, env });
  running.push(server);
  return server;
}

test('PROC-09 a video that ends its worker three times is given up with a sentence, and the next one is made', async () => {
  const web = await start('web');
  const client = await new Client(web.base).signIn();
  // Its one piece is one segment, which takes long: each worker is killed before it is there.
  const bad = await makeClip(path.join(dataDir, 'bad.mp4'), {
    ...{ seconds: 5, size: '1280x720', rate: 50 },
    args: ['-an'],
  });
  const good = await makeClip(path.join(dataDir, 'good.mp4'), { seconds: 2, size: '320x180' });
  const badId = await uploadFile(client, bad);
  for (let times = 1; times <= 3; times++) {
    const worker = await start('worker');
    await until(
      'the worker makes pictures of it',
      async () => {
        const { body } = await client.get<Video>(`/api/v1/videos/${badId}`);
        if (body.state !== 'queued' && body.state !== 'processing') throw new Error(`it is ${body.state}`);
        return body.progress.stage === 'rendition' && childrenOf(dataDir, worker.pid).length > 0;
      },
      60_000,
    );
    await worker.kill();
  }
  const goodId = await uploadFile(client, good);
  await start('worker');
  expect((await settled(client, goodId)).state).toBe('ready');
  const given = await settled(client, badId);
  expect(given).toMatchObject({ state: 'failed', error: { code: 'TRANSCODE_QUARANTINED' } });
  expect(given.error?.message).toContain('ended three times');
}, 300_000);
