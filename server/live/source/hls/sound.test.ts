import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clipFile, demux, ffmpegWarnings, makeClip } from '../../../media/ts/test-clips.ts';
import { type Handler, type SourceServer, startSource } from '../../test-source.ts';
import { hlsOf, type Played, playSource, sending } from './test-hls.ts';

const SECONDS = 6;
const PICTURES = SECONDS * 25;

type Segment = { uri: string; durationS: number };
type List = (Segment | string)[];

let server: SourceServer;
let clip: Buffer;
let routes: Record<string, Handler>;
let pictures: Segment[];
let sounds: Segment[];
let longSounds: Segment[];

beforeAll(async () => {
  // Noise: no two frames of it are alike.
  const extra = ['-filter:a', 'aeval=random(0)*0.2,aformat=channel_layouts=mono'];
  clip = makeClip({ seconds: SECONDS, gop: 25, bframes: 2, extra });
  const file = clipFile(clip);
  const files = new Map<string, Buffer>();
  const cut = (name: string, args: string[]): Segment[] => {
    const made = hlsOf(file, ['-copyts', '-hls_segment_filename', `${name}-%d.ts`, ...args]);
    for (const [key, bytes] of made) files.set(key, bytes);
    const lines = made.get('index.m3u8')!.toString().split('\n');
    return lines.flatMap((line, index) => {
      const durationS = Number(/^#EXTINF:([\d.]+)/.exec(line)?.[1]);
      return durationS ? [{ uri: lines[index + 1]!, durationS }] : [];
    });
  };
  pictures = cut('v', ['-an', '-hls_time', '1']);
  sounds = cut('a', ['-vn', '-hls_time', '1']);
  longSounds = cut('l', ['-vn', '-hls_time', '1.7']);
  const any: Handler = (req, res) => {
    const name = (req.url ?? '').slice(1);
    if (routes[name]) routes[name](req, res);
    else if (files.has(name)) sending(files.get(name)!)(req, res);
    else res.writeHead(404).end();
  };
  server = await startSource(new Proxy({}, { get: () => any }) as Record<string, Handler>);
});

afterAll(() => server.close());

beforeEach(() => {
  routes = {
    'master.m3u8': sending(
      '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x",URI="sound.m3u8"\n' +
        '#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"\nmain.m3u8\n',
    ),
  };
});

function text(list: List, options: { first?: number; end?: boolean } = {}): string {
  const lines = list.map((one) => (typeof one === 'string' ? one : `#EXTINF:${one.durationS},\n${one.uri}`));
  const head = `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:${options.first ?? 0}\n`;
  return `${head}${lines.join('\n')}\n${options.end === false ? '' : '#EXT-X-ENDLIST\n'}`;
}

/** A list whose window of three moves on each second, `lateMs` after its first request or that of the other list. */
function sliding(list: Segment[], lateMs: number, begun: { atMs: number }): Handler {
  return (req, res) => {
    begun.atMs ||= performance.now();
    const passedS = (performance.now() - begun.atMs - lateMs) / 1000 + 3;
    let endS = 0;
    const newest = list.findLastIndex((one, index) => {
      endS = list.slice(0, index + 1).reduce((sum, { durationS }) => sum + durationS, 0);
      return endS <= passedS || one === list[0];
    });
    const first = Math.max(0, newest - 2);
    const end = newest === list.length - 1;
    sending(text(list.slice(first, newest + 1), { first, end }))(req, res);
  };
}

const play = (): Promise<Played> => playSource(`${server.origin}/master.m3u8`, [server.port]);

type Moved = readonly { pts: number; data: Buffer }[];
type Expected = { pictures: number; soundGapTicks?: number };

/** One clean stream, with its sound in time. */
function expectClean(played: Played, expected: Expected): void {
  expect(played.error.details).toMatchObject({ reason: 'it ended the stream' });
  expect(ffmpegWarnings(played.output)).toBe('');
  const [before, after] = [demux(clip), demux(played.output)];
  expect(after.video.length).toBe(expected.pictures);
  expect([Math.min(...played.steps), Math.max(...played.steps)]).toEqual([3600, 3600]);
  const gaps = after.audio.slice(1).map((unit, index) => unit.pts - after.audio[index]!.pts);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(expected.soundGapTicks ?? 1925);
  expect(Math.min(...gaps)).toBeGreaterThan(1800);
  const moved = (units: Moved, source: Moved) =>
    units.flatMap((unit) => {
      const same = source.find((one) => one.data.equals(unit.data));
      return same ? [unit.pts - same.pts] : [];
    });
  const lag = moved(after.audio, before.audio).at(-3)! - moved(after.video, before.video).at(-3)!;
  expect(Math.abs(lag)).toBeLessThan(180);
}

describe('sound in a list of its own', () => {
  it.each([
    ['moves on with the pictures', 0],
    ['is a little behind', 600],
    ['is a little ahead', -600],
  ])('plays whole when its list %s', async (_name, lateMs) => {
    const begun = { atMs: 0 };
    routes['main.m3u8'] = sliding(pictures, 0, begun);
    routes['sound.m3u8'] = sliding(sounds, lateMs, begun);
    const asked = server.requests.length;
    expectClean(await play(), { pictures: PICTURES });
    const media = server.requests.slice(asked).filter((url) => url.endsWith('.ts'));
    expect(new Set(media).size).toBe(media.length);
    expect(server.peak()).toBe(1);
  });

  it('plays whole when it is cut at other places', async () => {
    const begun = { atMs: 0 };
    routes['main.m3u8'] = sliding(pictures, 0, begun);
    routes['sound.m3u8'] = sliding(longSounds, 0, begun);
    expectClean(await play(), { pictures: PICTURES });
  });

  it('SRC-09: changes its clock together with the pictures', async () => {
    const around = (list: Segment[]) => [...list.slice(3), '#EXT-X-DISCONTINUITY', ...list.slice(0, 3)];
    routes['main.m3u8'] = sending(text(around(pictures)));
    routes['sound.m3u8'] = sending(text(around(sounds)));
    const played = await play();
    expect(ffmpegWarnings(played.output)).toBe('');
    expect([Math.min(...played.steps), Math.max(...played.steps)]).toEqual([3600, 3600]);
    const { video, audio } = demux(played.output);
    expect(video.length).toBe(PICTURES);
    const gaps = audio.slice(1).map((unit, index) => unit.pts - audio[index]!.pts);
    expect(Math.max(...gaps)).toBeLessThan(2 * 1920);
  });

  it('SRC-11: is silent for a segment that does not come, and the pictures go on', async () => {
    routes['main.m3u8'] = sending(text(pictures));
    routes['sound.m3u8'] = sending(text(sounds));
    routes[sounds[2]!.uri] = (_req, res) => res.writeHead(404).end();
    expectClean(await play(), { pictures: PICTURES, soundGapTicks: 1.1 * 90_000 });
  });

  it('SRC-11: goes on in time after a segment of pictures that does not come', async () => {
    routes['main.m3u8'] = sending(text(pictures));
    routes['sound.m3u8'] = sending(text(sounds));
    routes[pictures[2]!.uri] = (_req, res) => res.writeHead(404).end();
    expectClean(await play(), { pictures: PICTURES - 25, soundGapTicks: 3 * 1920 });
  });
});
