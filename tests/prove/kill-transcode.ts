import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../support/client.ts';
import { makeClip } from '../support/media.ts';
import { newDataDir, removeDataDir, startServer } from '../support/server.ts';
import { createUpload, sendRest } from '../support/tus.ts';
import { until } from '../support/until.ts';
import { ffmpegsOf, postmastersOf } from './processes.ts';

/** PROC-01: kill -9 in the middle of a transcode; it starts again, ends in exactly one Ready, and leaves nothing behind. */
const rounds = Number(process.argv[2] ?? 5);
const dataDir = newDataDir();
const say = (text: string) => process.stdout.write(`${text}\n`);
const WATCH_MS = 15_000;
type Video = { state: string; progress: { process: number }; error: { message: string } | null };

const clip = await makeClip(path.join(dataDir, 'clip.mp4'), { seconds: 120, size: '1280x720' });
let server = await startServer({ dataDir, pages: false });
const { port } = server;
const client = await new Client(server.base).signIn();
const { location, videoId } = await createUpload(client, 'clip.mp4', statSync(clip).size);
if ((await sendRest(client, location, { file: clip, offset: 0 })) !== 204)
  throw new Error('the upload failed');
const video = async () => (await client.get<Video>(`/api/v1/videos/${videoId}`)).body;

for (let round = 1; round <= rounds; round++) {
  const reached = 0.05 + Math.random() * 0.3;
  const now = await until(
    'the transcode is under way',
    async () => {
      const state = await video();
      if (state.state === 'ready' || state.state === 'failed')
        throw new Error(`it is ${state.state} before it was killed: ${state.error?.message ?? ''}`);
      return state.state === 'processing' &&
        state.progress.process >= reached &&
        ffmpegsOf(dataDir).length > 0
        ? state
        : null;
    },
    120_000,
  );
  const orphans = ffmpegsOf(dataDir).map((found) => found.pid);
  await server.kill();
  server = await startServer({ dataDir, pages: false, port });
  const most = await watchChildren(orphans);
  if (postmastersOf(dataDir).length !== 1)
    throw new Error(`round ${round}: ${postmastersOf(dataDir).length} PostgreSQL servers run`);
  say(
    `round ${round}: killed at ${Math.round(now.progress.process * 100)} %, then at most ${most} ffmpeg and one PostgreSQL`,
  );
}
await until(
  'the video is ready',
  async () => {
    const state = await video();
    if (state.state === 'failed') throw new Error(`it failed: ${state.error?.message ?? ''}`);
    return state.state === 'ready';
  },
  240_000,
);
const made = readdirSync(path.join(dataDir, 'processed', videoId), { recursive: true }).map(String);
const generations = new Set(
  made.filter((name) => name.endsWith('.ts')).map((name) => name.split(path.sep)[0]),
);
if (generations.size !== 1)
  throw new Error(`segments of ${generations.size} generations are left: ${[...generations].join(', ')}`);
const leftovers = readdirSync(path.join(dataDir, 'temp', 'work'));
if (leftovers.length > 0) throw new Error(`left in temp/work: ${leftovers.join(', ')}`);
await server.stop();
if (postmastersOf(dataDir).length + ffmpegsOf(dataDir).length > 0)
  throw new Error('something still runs after the stop');
removeDataDir(dataDir);
say(`kill-transcode: ${rounds} kills, one Ready, one generation, nothing left behind`);

/** For 15 s after a restart: what ran before ends, and never more than the one child of the one job runs. */
async function watchChildren(orphans: number[]): Promise<number> {
  let most = 0;
  const untilMs = performance.now() + WATCH_MS;
  while (performance.now() < untilMs) {
    const found = ffmpegsOf(dataDir).filter(({ pid }) => !orphans.includes(pid));
    most = Math.max(most, found.length);
    if (found.length > 1)
      throw new Error(`${found.length} ffmpegs run for one job:\n${found.map((f) => f.command).join('\n')}`);
    await delay(250);
  }
  const left = ffmpegsOf(dataDir).filter(({ pid }) => orphans.includes(pid));
  if (left.length > 0) throw new Error(`${left.length} ffmpegs of the killed server still run`);
  return most;
}
