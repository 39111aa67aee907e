import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { StreamConfig } from '../../lib/contract/videos.ts';
import { stateOf } from '../prove/processes.ts';
import { Client } from '../support/client.ts';
import { master, media } from '../support/hls.ts';
import { makeLongFilm } from '../support/media.ts';
import { childrenOf, segmentsOf } from '../support/segments.ts';
import { newDataDir, type RunningServer, removeDataDir, startServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { uploadFile } from '../support/upload.ts';

// Two servers and a conversion on a machine that may do other things too.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const SECONDS = 480;

let dataDir = '';
let web: RunningServer;
let worker: RunningServer;
let client: Client;
let segments: { uri: string }[];

const start = (role: string) => startServer({ dataDir, pages: false, env: { SIARAN_ROLE: role } });
/** The states of what the worker has running; a child of a moment may be gone again. */
const states = () =>
  childrenOf(dataDir, worker.pid)
    .map(stateOf)
    .filter((state) => state !== '');
const allStopped = () => states().length > 0 && states().every((state) => state === 'T');
const anyRuns = () => states().some((state) => state !== 'T');

/** A film that keeps the worker busy for minutes, and the list of its best quality. */
beforeAll(async () => {
  dataDir = newDataDir();
  web = await start('web');
  worker = await start('worker');
  client = await new Client(web.base).signIn();
  const long = await makeLongFilm(path.join(dataDir, 'long.mp4'), {
    seconds: SECONDS,
    clip: { seconds: 6, size: '854x480' },
  });
  const id = await uploadFile(client, long);
  const config = await until('the video plays', async () => {
    const { body } = await client.get<StreamConfig>(`/api/v1/videos/${id}/stream-config`);
    return body.hls ? body : null;
  });
  const { variants } = await master(client, config.hls!);
  segments = (await media(client, variants.at(-1)!.uri)).segments;
  const isPicture = (name: string) => /p\/\d+\.v\.ts$/.test(name);
  await until('the worker makes pictures', () => [...segmentsOf(dataDir, id).keys()].some(isPicture), 60_000);
}, 120_000);

afterAll(async () => {
  for (const server of [worker, web]) if (server.process.exitCode === null) await server.stop();
  removeDataDir(dataDir);
});

/** Several places at once, so that somebody waits for longer than a look at the processes takes. */
const askFor = (places: number[]) =>
  Promise.all(
    places.map(async (at) => {
      const answer = await client.raw(segments.at(at)!.uri).catch(() => null);
      await answer?.arrayBuffer().catch(() => null);
      return answer?.status;
    }),
  );

/**
 * Asks until the worker was seen to stand still: it may have been between two children. Answers what was asked for last,
 * whose answers may still be on their way.
 */
async function askUntilStill(tries: number[][]): Promise<{ waiting: ReturnType<typeof askFor> }> {
  for (const places of tries) {
    const waiting = askFor(places);
    let isOver = false;
    void waiting.then(() => {
      isOver = true;
    });
    const seen = await until('the worker stands still or nobody waits', () => {
      if (allStopped()) return 'still';
      return isOver ? 'over' : null;
    });
    if (seen === 'still') return { waiting };
  }
  throw new Error('While somebody waited the worker’s ffmpeg was never seen to stand still.');
}

test('while a viewer of the web process waits, the encoder of a worker on the same machine stands still (S4.12)', async () => {
  const { waiting } = await askUntilStill([
    [-3, -7, -11],
    [-15, -18, -21],
    [-24, -27, -30],
  ]);
  for (const status of await waiting) expect([200, 503]).toContain(status);
  await until('it runs again', anyRuns, 2_000);
});

test('PROC-01 when the web process is killed meanwhile, the worker goes on within seconds', async () => {
  const { waiting } = await askUntilStill([
    [-34, -37, -40, -43],
    [-47, -50, -53, -56],
    [-60, -63, -65, -67],
  ]);
  await web.kill();
  await waiting;
  await until('it runs again', anyRuns, 6_000);
  expect(worker.process.exitCode).toBe(null);
  web = await start('web');
});
