import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '../../server/core/config.ts';
import { silentLog } from '../../server/core/log.ts';
import { loadSecrets } from '../../server/core/secrets.ts';
import { attachDatabase } from '../../server/db/attach.ts';
import { makeClip } from '../support/media.ts';
import { madeBy } from '../support/segments.ts';
import { sha256Of } from '../support/tus.ts';
import { until } from '../support/until.ts';
import { Station, sameSegments } from './station.ts';

/**
 * PROC-01: kill -9 at random moments of a transcode. After each start the segments that were there are the same files, only
 * missing ones are made, and each video ends in one Ready. Then PROC-02, a stop in order, and a pause over a kill.
 */
const rounds = Number(process.argv[2] ?? 20);
const SEGMENTS = { seconds: 120, rows: 2, each: 60 };
const STOPS = 2;
const READY_LIMIT_MS = 600_000;
const STOP_LIMIT_MS = 10_000;
const say = (text: string) => process.stdout.write(`${text}\n`);

const station = new Station();
const clip = await makeClip(path.join(station.dataDir, 'clip.mp4'), {
  seconds: SEGMENTS.seconds,
  size: '480x270',
});
const clipHash = await sha256Of(clip);
await station.start();
let killed = 0;
let videos = 0;
let made = 0;
while (killed < rounds) await killUntilReady();
await stopInOrderAndPause();
await station.end();
const seconds = (all: number[]) => `${(Math.max(...all) / 1000).toFixed(1)} s at most`;
say(
  `kill-transcode: ${killed} kills over ${videos} videos, each one Ready; ${made} segments, none made twice; ` +
    `no ffmpeg after ${seconds(station.orphansMs)}; from start to the next upload ${seconds(station.restartsMs)}`,
);

/** One video, killed again and again until the rounds are over or it is ready. */
async function killUntilReady(): Promise<void> {
  const videoId = await station.upload(clip);
  let known = station.segments(videoId);
  let kills = 0;
  while (killed < rounds && (await untilWorth(videoId, kills))) {
    await delay(Math.random() * 1_500);
    const before = station.segments(videoId);
    sameSegments(known, before);
    known = await station.killAndStart(videoId);
    sameSegments(before, known);
    killed++;
    kills++;
    say(`round ${killed}: killed with ${known.size} of ${SEGMENTS.rows * SEGMENTS.each} segments there`);
  }
  await ready(videoId);
  const all = station.segments(videoId);
  sameSegments(known, all);
  const last = await madeBy(station.server);
  if (last.tooLate > 0) throw new Error(`${last.tooLate} segments were made twice`);
  if (kills > 0 && last.kept > all.size - known.size)
    throw new Error(`${last.kept} segments were made, ${all.size - known.size} were missing`);
  await checkOutcome(videoId, all.size);
  videos++;
  made += all.size;
  say(`video ${videos}: ready after ${kills} kills, the last run made the ${last.kept} that were missing`);
}

/** True when this video may be killed now: a new segment came since the last start. False when it is past that. */
async function untilWorth(videoId: string, kills: number): Promise<boolean> {
  const have = station.segments(videoId).size;
  return until(
    'a segment is made',
    async () => {
      const { state, progress } = await station.video(videoId);
      // The short steps are for the first kill of a video; killed thrice in one, it would be given up (PROC-09).
      const isPast = state === 'ready' || !['probe', 'thumbnail', 'rendition', null].includes(progress.stage);
      if (isPast) return kills === 0 && state !== 'ready' ? 'yes' : 'no';
      return station.segments(videoId).size > have || (kills === 0 && Math.random() < 0.05) ? 'yes' : null;
    },
    READY_LIMIT_MS,
  ).then((answer) => answer === 'yes');
}

async function ready(videoId: string): Promise<void> {
  await until('it is ready', async () => (await station.video(videoId)).state === 'ready', READY_LIMIT_MS);
}

/** The source byte for byte, one Ready, all segments, and nothing left in tables and rooms. */
async function checkOutcome(videoId: string, segments: number): Promise<void> {
  const { dataDir } = station;
  if ((await sha256Of(path.join(dataDir, 'raw', videoId))) !== clipHash)
    throw new Error('the source is not the file that was sent');
  if (segments !== SEGMENTS.rows * SEGMENTS.each) throw new Error(`there are ${segments} segments`);
  const jobs = await station.jobs(videoId);
  const odd = jobs.filter(
    ({ state, kind }) => state !== 'done' || jobs.filter((j) => j.kind === kind).length > 1,
  );
  if (odd.length > 0) throw new Error(`jobs are left: ${JSON.stringify(odd)}`);
  const config = loadConfig({ DATA_DIR: dataDir });
  const secrets = loadSecrets({ secret: null, dataDir });
  const { db, close } = await attachDatabase({ config, secrets, log: silentLog() });
  // What was made stays for a while, and counts for the owner's turn.
  const left = db.query.piece.findMany({ where: (row, { ne }) => ne(row.state, 'past') });
  const pieces = await left.finally(close);
  if (pieces.length > 0) throw new Error(`${pieces.length} pieces are left`);
  await until(
    'the rooms are gone',
    () => readdirSync(path.join(dataDir, 'temp', 'work')).length === 0,
    5_000,
  );
}

/**
 * PROC-02: SIGTERM in the middle ends with 0 within 10 s; what was made stays. Then a pause, which holds over a kill, and
 * the video goes on where it was.
 */
async function stopInOrderAndPause(): Promise<void> {
  const videoId = await station.upload(clip);
  for (let i = 0; i < STOPS; i++) {
    await untilWorth(videoId, 1);
    await stopInOrder(videoId);
  }
  await untilWorth(videoId, 1);
  const paused = await station.client.post(`/api/v1/videos/${videoId}/pause`);
  if (paused.status !== 202) throw new Error(`pausing answered ${paused.status}`);
  const before = await station.killAndStart(videoId);
  await delay(4_000);
  const { paused: stillPaused } = await station.video(videoId);
  if (!stillPaused || station.segments(videoId).size !== before.size)
    throw new Error('it did not stay paused over a kill');
  await station.client.post(`/api/v1/videos/${videoId}/resume`);
  await ready(videoId);
  sameSegments(before, station.segments(videoId));
  await checkOutcome(videoId, station.segments(videoId).size);
  say(`paused with ${before.size} segments, still so after a kill, and ready after the resume`);
}

async function stopInOrder(videoId: string): Promise<void> {
  const stoppedAt = performance.now();
  if ((await station.server.stop()) !== 0) throw new Error('SIGTERM did not end with 0');
  const tookMs = performance.now() - stoppedAt;
  if (tookMs > STOP_LIMIT_MS) throw new Error(`the stop took ${tookMs} ms`);
  const before = station.segments(videoId);
  const rooms = readdirSync(path.join(station.dataDir, 'temp', 'work'));
  if (rooms.length > 0) throw new Error(`rooms are left after a stop: ${rooms.join(', ')}`);
  await station.start();
  sameSegments(before, station.segments(videoId));
  say(`stopped in order in ${(tookMs / 1000).toFixed(1)} s with ${before.size} segments`);
}
