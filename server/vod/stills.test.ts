import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../core/clock.ts';
import type { MediaFacts } from '../media/facts.ts';
import { createSupervisor, type Supervisor } from '../media/ffmpeg/supervisor.ts';
import { probe } from '../media/probe.ts';
import { openWorkroom } from '../media/workroom.ts';
import { createStore, type Store } from '../store/index.ts';
import { bestStill, stillAt } from './stills.ts';

vi.setConfig({ testTimeout: 60_000 });

let dir: string;
let store: Store;
let supervisor: Supervisor;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'siaran-stills-'));
  store = createStore({ dataDir: dir });
  await store.open();
  supervisor = createSupervisor({ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe', runDir: join(dir, 'run') });
});
afterAll(async () => {
  await supervisor.close();
  rmSync(dir, { recursive: true, force: true });
});

type Clip = { videoId: string; facts: MediaFacts };

/** A clip of lavfi sources one after the other, or of ffmpeg arguments. */
async function clip(parts: readonly string[], encode: readonly string[] = [], ending = 'mp4'): Promise<Clip> {
  const videoId = randomUUID();
  const inputs = parts.flatMap((part) => ['-f', 'lavfi', '-i', part]);
  const joined = `${parts.map((_, i) => `[${i}:v]`).join('')}concat=n=${parts.length}:v=1:a=0,format=yuv420p[v]`;
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50'];
  const file = join(dir, `${videoId}.${ending}`);
  await promisify(execFile)('ffmpeg', [
    ...['-nostdin', '-v', 'error', ...inputs, '-filter_complex', joined, '-map', '[v]'],
    ...codec,
    ...encode,
    file,
  ]);
  await store.put(`raw/${videoId}`, file);
  return { videoId, facts: await factsOf(videoId) };
}

async function factsOf(videoId: string): Promise<MediaFacts> {
  const sourcePath = store.path(`raw/${videoId}`);
  const room = await openWorkroom({ dir: join(dir, randomUUID()), sourcePath, decoder: null });
  return await probe(supervisor, room.dir).finally(() => room.close());
}

const sourceOf = ({ videoId, facts }: Clip) => ({
  ...{ ports: { store, supervisor, decoder: null, clock: systemClock }, videoId, facts },
  ...{ roomDir: join(dir, randomUUID()), signal: new AbortController().signal },
});

/** Mean and spread of the light of a still, and its size. */
async function looksLike(key: string) {
  const file = store.path(key);
  const grey = execFileSync('ffmpeg', [
    ...['-v', 'error', '-i', file, '-vf', 'scale=64:64:flags=area,format=gray', '-f', 'rawvideo', '-'],
  ]);
  const mean = grey.reduce((total, value) => total + value, 0) / grey.length;
  const spread = Math.sqrt(grey.reduce((total, value) => total + (value - mean) ** 2, 0) / grey.length);
  const size = execFileSync(
    'ffprobe',
    ['-v', 'error', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', file],
    {
      encoding: 'utf8',
    },
  ).trim();
  return { mean, spread, size };
}

async function stillOf(made: Clip) {
  const key = `processed/${made.videoId}/thumb-1.jpg`;
  expect(await bestStill(sourceOf(made), key)).toBe(true);
  return looksLike(key);
}

const black = (seconds: number, size = '320x180') => `color=black:s=${size}:r=25:d=${seconds}`;
const white = (seconds: number) => `color=white:s=320x180:r=25:d=${seconds}`;
const scene = (seconds: number, size = '320x180') => `testsrc2=s=${size}:r=25:d=${seconds}`;

describe('the still of a video shows something', () => {
  test.each<[string, string[], string[]]>([
    ['begins black for most of its length', [black(16), scene(4)], []],
    ['begins black, and has one keyframe in all', [black(10), scene(3)], ['-g', '9999']],
    ['is white flashes around a short scene', [white(4), scene(1), white(5), black(2), white(4)], []],
    ['is shorter than a second and begins black', [black(0.4), scene(0.3)], []],
    ['fades in from black over its whole length', [`${scene(12)},fade=in:0:300`], []],
    ['has black bars and a black beginning', [`${black(5)}`, `${scene(4, '320x100')},pad=320:180:0:40`], []],
  ])('when it %s', async (_name, parts, encode) => {
    const { mean, spread } = await stillOf(await clip(parts, encode));
    expect(mean).toBeGreaterThan(40);
    expect(mean).toBeLessThan(220);
    expect(spread).toBeGreaterThan(25);
  });

  test('a film that is dark throughout gets its brightest place, a black one a black still', async () => {
    const dark = [black(8), `${scene(4)},lutyuv=y=16+(val-16)/8`, black(8)];
    expect((await stillOf(await clip(dark))).spread).toBeGreaterThan(4);
    expect((await stillOf(await clip([black(1)]))).mean).toBeLessThan(10);
  });

  test('a picture alone, a transport stream and a rotated one have a still of the right shape (FILE-02)', async () => {
    expect((await stillOf(await clip(['testsrc2=s=320x180:r=25:d=0.04']))).size).toBe('320,180');
    expect((await stillOf(await clip([black(3), scene(9)], ['-bf', '2'], 'ts'))).spread).toBeGreaterThan(25);
    const turned = await clip([scene(1)]);
    turned.facts = { ...turned.facts, video: { ...turned.facts.video!, width: 180, height: 320 } };
    expect((await stillOf(turned)).size).toBe('180,320');
  });

  test('FILE-03 a picture of high dynamic range becomes one of standard range', async () => {
    const hdr = ['-pix_fmt', 'yuv420p10le', '-color_trc', 'smpte2084', '-color_primaries', 'bt2020'];
    const made = await clip(
      [scene(2)],
      [...hdr, '-colorspace', 'bt2020nc', '-x264-params', 'transfer=smpte2084'],
    );
    expect(made.facts.video?.hdr).toBe('smpte2084');
    expect((await stillOf(made)).spread).toBeGreaterThan(10);
  });
});

describe('the picture at a time is the one that players show there', () => {
  /** Ten levels of grey, one a second, so that a still tells its second. */
  const stairs = ['nullsrc=s=64x64:r=25:d=10,geq=lum=20+floor(T)*22:cb=128:cr=128'];
  const levelAt = async (made: Clip, seconds: number): Promise<number> => {
    const key = `processed/${made.videoId}/at-${Math.round(seconds * 1000)}.jpg`;
    expect(await stillAt(sourceOf(made), key, seconds)).toBe(true);
    const { mean } = await looksLike(key);
    // 16 to 235 become 0 to 255 in a JPEG.
    return Math.round(((mean * 219) / 255 + 16 - 20) / 22);
  };

  test.each([
    ['an MP4 with B-frames', ['-g', '250', '-bf', '3'], 'mp4'],
    ['a transport stream', ['-g', '50', '-bf', '2'], 'ts'],
    ['a Matroska file', ['-g', '100'], 'mkv'],
  ])('in %s', async (_name, encode, ending) => {
    const made = await clip(stairs, encode, ending);
    const found: number[] = [];
    for (const seconds of [0, 1.01, 4.98, 9.99]) found.push(await levelAt(made, seconds));
    expect(found).toEqual([0, 1, 4, 9]);
  });

  test('where one picture stands for seconds', async () => {
    const slides = ['nullsrc=s=64x64:r=1/4:d=16,geq=lum=20+floor(T/4)*44:cb=128:cr=128'];
    const made = await clip(slides, ['-g', '2', '-fps_mode', 'passthrough'], 'mkv');
    expect([await levelAt(made, 3.9), await levelAt(made, 4.1), await levelAt(made, 7)]).toEqual([0, 2, 2]);
  });
});
