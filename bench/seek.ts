import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { StreamConfig } from '../lib/contract/videos.ts';
import { chooseRungs } from '../server/media/ladder.ts';
import { picturesOf } from '../server/vod/grid/check.ts';
import { joinedSegment } from '../server/vod/grid/join.ts';
import { closeGrids, openGrid } from '../server/vod/grid/test-grid.ts';
import { Client } from '../tests/support/client.ts';
import { master, media, segmentBytes } from '../tests/support/hls.ts';
import { type RunningServer, removeDataDir, startServer } from '../tests/support/server.ts';
import { until } from '../tests/support/until.ts';
import { uploadFile } from '../tests/support/upload.ts';
import { openAndSeek, type Shown, withPage } from './seek/player.ts';
import { atMost, type Bench, type BenchOptions, type Row } from './support/bench.ts';

const run = promisify(execFile);

const LOOP_SECONDS = 30;
const SEGMENT_SECONDS = 6;
const FIRST_PICTURE_S = 3;
/** A batch run over so many segments before the wanted one, with all qualities. */
const BATCH_SEGMENTS = 2;
/** Better qualities are asked for one after the other, after what was measured. */
const MAKING_MS = 120_000;

/** A film of 1080p that is one clip again and again, by stream copy. */
async function makeFilm(folder: string, seconds: number): Promise<string> {
  const [clip, film] = [path.join(folder, 'clip.mp4'), path.join(folder, 'film.mp4')];
  await run('ffmpeg', [
    ...['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=1920x1080:r=25:d=${LOOP_SECONDS}`],
    ...['-f', 'lavfi', '-i', `sine=f=440:r=48000:d=${LOOP_SECONDS}`],
    ...['-c:v', 'libx264', '-preset', 'superfast', '-b:v', '2500k', '-g', '125', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac', '-ac', '2', clip],
  ]);
  const times = String(Math.ceil(seconds / LOOP_SECONDS) - 1);
  const copy = ['-nostdin', '-v', 'error', '-stream_loop', times, '-i', clip, '-c', 'copy'];
  await run('ffmpeg', [...copy, '-movflags', '+faststart', film]);
  return film;
}

type Watched = { shown: Shown; playableMs: number; segments: Map<string, Buffer> };

/** Uploads the film, goes to its middle at once in a browser, and keeps the segments of that place. */
async function watch(server: RunningServer, film: string, seconds: number): Promise<Watched> {
  const client = await new Client(server.base).signIn();
  const id = await uploadFile(client, film);
  const uploaded = performance.now();
  const config = await until('the video plays', async () => {
    const { body } = await client.get<StreamConfig>(`/api/v1/videos/${id}/stream-config`);
    return body.hls ? body : null;
  });
  const playableMs = performance.now() - uploaded;
  const address = new URL(config.hls!, server.base).href;
  const places = { master: address, openAt: seconds / 2, seekTo: seconds * 0.75 };
  const shown = await withPage((page) => openAndSeek(page, places));
  const segments = new Map<string, Buffer>();
  for (const { uri } of (await master(client, address)).variants) {
    const list = await media(client, uri);
    const [row = ''] = /\d+p/.exec(new URL(uri).pathname.split('/').at(-2) ?? '') ?? [];
    const { uri: wanted } = list.segments[seconds / 2 / SEGMENT_SECONDS]!;
    const made = () => segmentBytes(client, wanted).catch(() => null);
    segments.set(row, await until('the segment is made', made, MAKING_MS));
  }
  return { shown, playableMs, segments };
}

/** What the boundaries of a segment are: the times of its pictures as they are shown, and its keyframes. */
const cutOf = (segment: Buffer): string =>
  picturesOf(segment)
    .toSorted((a, b) => a.pts - b.pts)
    .map(({ pts, key }) => `${pts}${key ? ' key' : ''}`)
    .join();

/** The same place in a run over some segments in all qualities, and how many of them are cut otherwise. */
async function compare(film: string, k: number, segments: Map<string, Buffer>): Promise<Row> {
  try {
    const rungs = chooseRungs({ width: 1920, height: 1080 });
    const { maker, ports } = await openGrid(film, { rungs, segmentSeconds: SEGMENT_SECONDS });
    await maker.pictures({ from: k - BATCH_SEGMENTS, to: k + 1 });
    await maker.sound(0, { from: k, to: k + 1 });
    const others: string[] = [];
    for (const { id } of rungs)
      if (cutOf(segments.get(id)!) !== cutOf(await joinedSegment(ports, id, k))) others.push(id);
    return {
      what: 'segments of that place cut as in a batch run',
      value: `${rungs.length - others.length} of ${rungs.length}`,
      reach: `${rungs.length} of ${rungs.length}`,
      reached: others.length === 0,
    };
  } finally {
    await closeGrids();
  }
}

async function measure(folder: string, { quick, say }: BenchOptions): Promise<Row[]> {
  const seconds = quick ? 20 * 60 : 2 * 3600;
  const film = await makeFilm(folder, seconds);
  say(`a film of ${seconds / 60} minutes, ${(statSync(film).size / 1e6).toFixed(0)} MB`);
  const server = await startServer({ pages: false });
  try {
    const { shown, playableMs, segments } = await watch(server, film, seconds);
    await server.stop();
    say('the same place as a batch run makes it');
    return [
      { what: 'from the last byte to an address that plays', value: `${(playableMs / 1000).toFixed(2)} s` },
      atMost('opened in its middle: first picture', shown.openMs / 1000, FIRST_PICTURE_S, 's', 2),
      atMost('then to three quarters: first picture', shown.seekMs / 1000, FIRST_PICTURE_S, 's', 2),
      await compare(film, seconds / 2 / SEGMENT_SECONDS, segments),
    ];
  } finally {
    await server.stop();
    removeDataDir(server.dataDir);
  }
}

export const bench: Bench = {
  about: 'a film of 20 minutes (--full: 2 hours), watched from its middle right after its upload (S4.12)',
  async run(options) {
    const folder = mkdtempSync(path.join(tmpdir(), 'siaran-bench-'));
    try {
      return await measure(folder, options);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
