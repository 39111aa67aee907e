import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createReadStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demux } from '../../server/media/ts/test-clips.ts';
import { ffmpegsOf } from '../prove/processes.ts';
import { hlsFaults } from '../support/hls-validity.ts';
import { makeClip, probe } from '../support/media.ts';
import { until } from '../support/until.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SIARAN = path.join(ROOT, 'bin/siaran.mjs');
const COMMAND = path.join(ROOT, 'scripts/commands/transcode.ts');

let dir = '';
let good = '';
let server: Server;
beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'siaran-transcode-'));
  good = await makeClip(path.join(dir, "a 'good' one;%d.mp4"), { seconds: 8, size: '854x480', rate: 25 });
  server = createServer((req, res) => {
    const file = createReadStream(path.join(dir, new URL(req.url ?? '/', 'http://x').pathname));
    pipeline(file, res).catch(() => res.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  rmSync(dir, { recursive: true, force: true });
});

type Ended = { code: number | null; out: string; err: string };

function start(program: string, args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [program, ...args], { cwd: dir });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => (said.err += chunk));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }));
  return { child, ended };
}
const siaran = (...args: string[]): Promise<Ended> => start(SIARAN, ['transcode', ...args]).ended;

const lastLine = (text: string): Record<string, unknown> => JSON.parse(text.trim().split('\n').at(-1)!);

/** The segments of pictures that an interrupted run has left. */
function kept(out: string): string[] {
  const grid = path.join(out, '.siaran/grid');
  if (!existsSync(grid)) return [];
  return readdirSync(grid, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(?:v\.ts|aac)$/.test(name),
  );
}

test('a file becomes HLS that passes the validity test, in all rungs that fit (S4.12, S4.3)', async () => {
  const { code, out, err } = await siaran(path.basename(good), 'good');
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^Pictures +\d+ %[\s\S]+^Done: 8\.00 s in 360p, 480p\./m);
  expect(readdirSync(path.join(dir, 'good')).toSorted()).toEqual(['360p', '480p', 'master.m3u8']);
  const { port } = server.address() as AddressInfo;
  const master = `http://127.0.0.1:${port}/good/master.m3u8`;
  expect(await hlsFaults(master, { segments: 2, mostHeadroom: 1.2 })).toEqual([]);
  const { format, streams } = await probe(path.join(dir, 'good/master.m3u8'));
  expect(Number(format.duration)).toBeCloseTo(8, 1);
  expect(streams.map((stream) => stream.codec_name)).toContain('aac');
  // What is there already is never written over.
  const again = await siaran(path.basename(good), 'good');
  expect([again.code, again.err]).toEqual([2, expect.stringContaining('is not an empty folder')]);
});

test('several languages become sound of their own, beside segments that play alone', async () => {
  const tracks = ['-map', '0:v', '-map', '1:a', '-map', '1:a'];
  const tagged = ['-metadata:s:a:0', 'language=nld', '-metadata:s:a:1', 'language=eng'];
  const file = await makeClip(path.join(dir, 'two.mkv'), { seconds: 4, args: [...tracks, ...tagged] });
  expect(await siaran(file, 'two', '--quiet', '--rungs', '360p')).toMatchObject({
    code: 0,
    out: '',
    err: '',
  });
  const master = readFileSync(path.join(dir, 'two/master.m3u8'), 'utf8');
  expect(master.match(/^#EXT-X-MEDIA:.*$/gm)).toEqual([
    expect.stringMatching(/LANGUAGE="nl",DEFAULT=YES.*URI="audio-0\/playlist.m3u8"/),
    expect.stringMatching(/LANGUAGE="en",DEFAULT=NO.*URI="audio-1\/playlist.m3u8"/),
  ]);
  const { format, streams } = await probe(path.join(dir, 'two/audio-1/playlist.m3u8'));
  expect([streams[0]?.codec_name, Math.round(Number(format.duration))]).toEqual(['aac', 4]);
});

test('what is no video ends with a sentence and the code for it (FILE-05, FILE-06, FILE-10)', async () => {
  writeFileSync(path.join(dir, 'page.mp4'), '<!doctype html><html><body>Not a film</body></html>');
  writeFileSync(path.join(dir, 'list.mp4'), '#EXTM3U\n#EXTINF:5,\nfile:///etc/passwd\n');
  for (const [args, expected, sentence] of [
    [['page.mp4', 'no'], 3, /no video|could not be read|not a video/],
    [['list.mp4', 'no'], 3, /playlist/],
    [['nowhere.mp4', 'no'], 3, /There is no file/],
    [[dir, 'no'], 3, /There is no file/],
    [[good, '/proc/nowhere/out'], 2, /Nothing can be written/],
    [[good], 2, /Usage/],
    [[good, 'no', '--fast'], 2, /Usage/],
    [[good, 'no', '--rungs', 'best'], 2, /--rungs/],
    [[good, 'no', '--rungs', '1080p'], 2, /It can become 360p, 480p/],
    [[good, 'no', '--segment-seconds', '0'], 2, /--segment-seconds/],
  ] as const) {
    const { code, err } = await siaran(...args);
    expect([args, code, err]).toEqual([args, expected, expect.stringMatching(sentence)]);
    expect(err).not.toMatch(/ at .*\.ts:\d+|pload/);
    expect(existsSync(path.join(dir, 'no'))).toBe(false);
  }
}, 120_000);

test('its use is told when asked, and it goes on when whoever reads its progress has left', async () => {
  for (const args of [['--help'], ['transcode', '--help'], ['transcode', '-h']])
    expect(await start(SIARAN, args).ended).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Usage/),
      err: '',
    });
  const { child, ended } = start(SIARAN, ['transcode', good, 'left', '--rungs', '360p']);
  child.stdout!.once('data', () => child.stdout!.destroy());
  expect(await ended).toMatchObject({ code: 0, err: '' });
  expect(existsSync(path.join(dir, 'left/master.m3u8'))).toBe(true);
});

test('interrupted and killed in the middle, the same command goes on: only what is missing is made (FILE-14)', async () => {
  const long = await makeClip(path.join(dir, 'long.mp4'), { seconds: 40, size: '640x360' });
  const out = path.join(dir, 'long');
  const args = [long, out, '--json', '--segment-seconds', '2'];

  const first = start(SIARAN, ['transcode', ...args]);
  await until('a segment is made', () => kept(out).length >= 1);
  first.child.kill('SIGINT');
  expect(await first.ended).toMatchObject({ code: 130, err: expect.stringContaining('goes on from here') });
  expect(ffmpegsOf(out)).toEqual([]);
  const before = kept(out).length;
  expect(existsSync(path.join(out, 'master.m3u8'))).toBe(false);

  const second = start(COMMAND, args);
  await until('more is made', () => kept(out).length > before);
  second.child.kill('SIGKILL');
  await second.ended;
  await until('its children have ended', () => ffmpegsOf(out).length === 0);
  const left = kept(out).length;

  const { code, out: said, err } = await siaran(...args);
  expect([code, err]).toEqual([0, '']);
  expect(lastLine(said)).toMatchObject({ done: true, made: 40 - left, durationSeconds: 40 });
  const times = Array.from({ length: 20 }, (_, k) =>
    demux(readFileSync(path.join(out, `360p/${k}.ts`)))
      .video.map(({ pts }) => pts)
      .sort((a, b) => a - b),
  );
  expect(times.flat()).toEqual(Array.from({ length: 1000 }, (_, n) => 900_000 + n * 3600));
  expect(times.map((each) => each.length)).toEqual(Array.from({ length: 20 }, () => 50));
  expect(existsSync(path.join(out, '.siaran'))).toBe(false);
}, 120_000);
