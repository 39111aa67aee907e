import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Job } from '../../lib/contract/videos.ts';
import { ffmpegsOf } from '../prove/processes.ts';
import { Client } from '../support/client.ts';
import { makeClip } from '../support/media.ts';
import { childrenOf, METRICS_TOKEN, madeBy, segmentsOf } from '../support/segments.ts';
import { newDataDir, type RunningServer, removeDataDir, startServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { settled, uploadFile } from '../support/upload.ts';

/** Pieces are twenty segments, so a clip of 150 s has four of pictures and one of sound. */
const env = { METRICS_TOKEN, HLS_SEGMENT_DURATION: '2' };
// Three servers and two conversions on a machine that may do other things too.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let dataDir = '';
let clip = '';
let web: RunningServer;
let client: Client;
const workers: RunningServer[] = [];

beforeAll(async () => {
  dataDir = newDataDir();
  clip = await makeClip(path.join(dataDir, 'clip.mp4'), { seconds: 150, size: '320x180', rate: 12 });
  web = await start('web');
  client = await new Client(web.base).signIn();
  workers.push(...(await Promise.all([start('worker'), start('worker')])));
});
afterAll(async () => {
  for (const server of [...workers, web]) if (server.process.exitCode === null) await server.stop();
  removeDataDir(dataDir);
});

const start = (role: string) => startServer({ dataDir, pages: false, env: { ...env, SIARAN_ROLE: role } });

/** One row of 75 segments for the picture, one for the sound. */
const ALL = 150;

test('PROC-10 two workers share one video, and no segment is made twice', async () => {
  const videoId = await uploadFile(client, clip);
  expect((await settled(client, videoId)).state).toBe('ready');
  const made = await Promise.all(workers.map(madeBy));
  expect(segmentsOf(dataDir, videoId).size).toBe(ALL);
  expect(made.map(({ kept }) => kept > 0)).toEqual([true, true]);
  expect(made.reduce((sum, { kept }) => sum + kept, 0)).toBe(ALL);
  expect(made.map(({ tooLate }) => tooLate)).toEqual([0, 0]);
});

test('a video that is deleted in the web process is let go by the workers, and nothing of it stays', async () => {
  const before = await Promise.all(workers.map(madeBy));
  const videoId = await uploadFile(client, clip);
  await until('a worker has made a segment', async () => (await firstBeyond(before)) !== null, 60_000);
  expect((await client.call('DELETE', `/api/v1/videos/${videoId}`)).status).toBe(204);
  await until('no ffmpeg runs', () => ffmpegsOf(dataDir).length === 0, 10_000);
  await until('its files are gone', () => !existsSync(path.join(dataDir, 'processed', videoId)), 10_000);
  await until(
    'the rooms are gone',
    () => readdirSync(path.join(dataDir, 'temp', 'work')).length === 0,
    10_000,
  );
  for (const { base } of workers) expect((await fetch(`${base}/readyz`)).status).toBe(200);
});

/** Which worker has made a segment since; null while none has. */
async function firstBeyond(before: { kept: number }[]): Promise<number | null> {
  const made = await Promise.all(workers.map(madeBy));
  const at = made.findIndex(({ kept }, i) => kept > before[i]!.kept);
  return at >= 0 ? at : null;
}

test('PROC-01 when one of two workers is killed the other makes what is missing, and nothing else', async () => {
  const before = await Promise.all(workers.map(madeBy));
  const videoId = await uploadFile(client, clip);
  const victim = await until(
    'a worker has made a segment',
    async () => {
      const at = await firstBeyond(before);
      return at === null ? null : { at };
    },
    60_000,
  );
  const [dead] = workers.splice(victim.at, 1);
  const already = before[1 - victim.at]!.kept;
  const children = childrenOf(dataDir, dead!.pid);
  await dead!.kill();
  const left = segmentsOf(dataDir, videoId);
  await until(
    'its ffmpeg is gone',
    () => ffmpegsOf(dataDir).every(({ pid }) => !children.includes(pid)),
    5_000,
  );

  expect((await settled(client, videoId)).state).toBe('ready');
  const all = segmentsOf(dataDir, videoId);
  expect(all.size).toBe(ALL);
  for (const [name, mark] of left) expect(all.get(name), name).toBe(mark);
  const survivor = await madeBy(workers[0]!);
  const byTheOther = survivor.kept - already;
  expect(byTheOther).toBeGreaterThan(0);
  expect(byTheOther).toBeLessThan(ALL);
  expect(survivor.tooLate).toBe(0);
  const { body } = await client.get<{ items: Job[] }>('/api/v1/jobs?limit=100');
  const jobs = body.items.filter((job) => job.videoId === videoId);
  for (const kind of ['rendition', 'mp4'])
    expect(
      jobs.filter((job) => job.kind === kind).map(({ state }) => state),
      kind,
    ).toEqual(['done']);

  // The next process that starts takes away what the killed one had begun.
  workers.push(await start('worker'));
  expect(readdirSync(path.join(dataDir, 'temp', 'work'))).toEqual([]);
});
