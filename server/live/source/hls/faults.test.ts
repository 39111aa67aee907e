import type http from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectWithin } from '../../../../tests/support/time-limits.ts';
import { clipFile, demux, ffmpegWarnings, makeClip } from '../../../media/ts/test-clips.ts';
import { type Handler, type SourceServer, startSource } from '../../test-source.ts';
import { type Files, hlsOf, type Played, playSource, sending } from './test-hls.ts';

/** Answers a request for a segment; false when it is to be answered as usual. */
type Trouble = (req: http.IncomingMessage, res: http.ServerResponse, bytes: Buffer) => boolean;

const SECONDS = 6;
const WRONG = { lostSync: 0, transportErrors: 0, counterJumps: 0, droppedVideo: 0, droppedAudio: 0 };

let server: SourceServer;
let other: SourceServer;
let clip: Buffer;
let segments: Buffer[];

/** A source of its own for each test: a request that a test left behind never counts in another one. */
type Scene = {
  base: string;
  otherBase: string;
  lists: Record<string, Handler>;
  /** Trouble at the n-th request for a segment of this number. */
  troubles: Map<string, Trouble>;
  asked: Map<string, number>;
  seen: { url: string; headers: http.IncomingHttpHeaders }[];
  play(route: string, options?: object): Promise<Played>;
};
const scenes = new Map<string, Scene>();

function scene(): Scene {
  const place = `/${scenes.size}`;
  const [base, otherBase] = [`${server.origin}${place}`, `${other.origin}${place}`];
  const play = (route: string, options = {}) =>
    playSource(`${base}${route}`, [server.port, other.port], options);
  const made = { lists: {}, troubles: new Map(), asked: new Map(), seen: [] };
  const whole: Scene = { base, otherBase, ...made, play };
  scenes.set(place, whole);
  return whole;
}

beforeAll(async () => {
  clip = makeClip({ seconds: SECONDS, gop: 25, bframes: 2 });
  const files: Files = hlsOf(clipFile(clip), ['-hls_time', '1']);
  segments = Array.from({ length: SECONDS }, (_, index) => files.get(`index${index}.ts`)!);
  const any: Handler = (req, res) => answer(req, res);
  const routes = new Proxy({}, { get: () => any }) as Record<string, Handler>;
  server = await startSource(routes);
  other = await startSource(routes);
});

afterAll(async () => {
  await server.close();
  await other.close();
});

function answer(req: http.IncomingMessage, res: http.ServerResponse): void {
  const [, place = '', url = ''] = /^(\/\d+)(\/.*)$/.exec(req.url ?? '') ?? [];
  const { lists, troubles, asked, seen } = scenes.get(place)!;
  const { pathname } = new URL(url, 'http://x');
  seen.push({ url, headers: req.headers });
  const list = lists[pathname];
  if (list) {
    list(req, res);
    return;
  }
  const number = Number(/(\d+)\.ts$/.exec(pathname)?.[1]);
  const turn = (asked.get(pathname) ?? 0) + 1;
  asked.set(pathname, turn);
  const bytes = segments[number % SECONDS];
  const trouble = troubles.get(`${number}`) ?? troubles.get(`${number}#${turn}`);
  if (!bytes) res.writeHead(404).end();
  else if (!trouble?.(req, res, bytes)) sending(bytes)(req, res);
}

/** A list of segments, 1 s each. */
function list(
  numbers: readonly (number | string)[],
  options: { first?: number; end?: boolean } = {},
): string {
  const lines = numbers.map((one) => (typeof one === 'string' ? one : `#EXTINF:1,\n${one}.ts`));
  const head = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:${options.first ?? 0}\n`;
  return `${head}${lines.join('\n')}\n${options.end === false ? '' : '#EXT-X-ENDLIST\n'}`;
}

const ALL = [0, 1, 2, 3, 4, 5];

/** What viewers get is one clean stream without a hole or a picture that comes twice. */
function expectClean(played: Played, seconds: number): void {
  expect(ffmpegWarnings(played.output)).toBe('');
  const { video, demuxer } = demux(played.output);
  expect(demuxer.damage).toEqual(WRONG);
  expect([Math.min(...played.steps), Math.max(...played.steps)]).toEqual([3600, 3600]);
  expect(video.length).toBe(seconds * 25);
}

/** The source was left in this time, and not before. */
function expectLeft(
  { begunMs, tookMs, error, units }: Played,
  { fromMs = 0, toMs }: { fromMs?: number; toMs: number },
): void {
  const seen = () => `it was left because "${error.message}" after ${units.length} units`;
  expect(tookMs, seen()).toBeGreaterThan(fromMs);
  expectWithin(toMs, { fromMs: begunMs, toMs: begunMs + tookMs, seen });
}

const half: Trouble = (_req, res, bytes) => {
  res.write(bytes.subarray(0, bytes.length / 2));
  return true;
};

/** Sends half, then waits until it has arrived. */
const then =
  (end: (res: http.ServerResponse) => void, head?: Record<string, number>): Trouble =>
  (req, res, bytes) => {
    res.writeHead(200, head ?? { 'Content-Length': bytes.length });
    half(req, res, bytes);
    setTimeout(() => end(res), 60);
    return true;
  };

const TROUBLES: [string, Trouble][] = [
  ['chunk_abort', then((res) => res.destroy(), {})],
  ['rst_mid', then((res) => res.socket?.resetAndDestroy())],
  ['eof_mid', then((res) => res.socket?.end())],
  ['seg_404', (_req, res) => Boolean(res.writeHead(404).end())],
  ['seg_garbage', (_req, res) => Boolean(res.end(Buffer.alloc(5000, 7)))],
  ['seg_stall', then(() => undefined)],
  ['an empty one', (_req, res) => Boolean(res.end())],
];

describe('faults of segments', () => {
  it.each(TROUBLES)('SRC-11: %s in one segment is mended by asking once again', async (_name, trouble) => {
    const { lists, troubles, asked, play } = scene();
    lists['/a.m3u8'] = sending(list(ALL));
    troubles.set('2#1', trouble);
    const played = await play('/a.m3u8');
    expect(played.error.details).toMatchObject({ reason: 'it ended the stream' });
    expectClean(played, SECONDS);
    expect([...asked.values()]).toEqual([1, 1, 2, 1, 1, 1]);
  });

  it.each(TROUBLES)(
    'SRC-11: %s that lasts costs its own segment and nothing else',
    async (_name, trouble) => {
      const { lists, troubles, asked, play } = scene();
      lists['/a.m3u8'] = sending(list(ALL));
      troubles.set('2', trouble);
      const played = await play('/a.m3u8');
      expect(played.error.details).toMatchObject({ reason: 'it ended the stream' });
      expect(ffmpegWarnings(played.output)).toBe('');
      // Where the segment broke off, the pictures between the last two references may be missing.
      expect(Math.min(...played.steps)).toBe(3600);
      expect(Math.max(...played.steps)).toBeLessThanOrEqual(3 * 3600);
      const { video } = demux(played.output);
      expect(video.length).toBeGreaterThanOrEqual(5 * 25);
      expect(video.length).toBeLessThan(SECONDS * 25);
      expect([...asked.values()]).toEqual([1, 1, 2, 1, 1, 1]);
    },
  );

  it('SRC-11: two segments in a row that fail are a failure of the source', async () => {
    const { lists, troubles, asked, play } = scene();
    lists['/a.m3u8'] = sending(list(ALL));
    for (const number of ['2', '3']) troubles.set(number, (_req, res) => Boolean(res.writeHead(404).end()));
    const played = await play('/a.m3u8');
    expect(played.error.details).toMatchObject({ reason: 'it answered with status 404' });
    expect(asked.has('/4.ts')).toBe(false);
  });

  it('SRC-11: a segment that drips in slower than it plays is a failure in time', async () => {
    const { lists, troubles, play } = scene();
    lists['/a.m3u8'] = sending(list(ALL));
    troubles.set('1', (_req, res, bytes) => {
      let sent = 0;
      const timer = setInterval(() => res.write(bytes.subarray(sent, (sent += 500))), 100);
      res.on('close', () => clearInterval(timer));
      return true;
    });
    const played = await play('/a.m3u8');
    expect(played.error.details).toMatchObject({ reason: 'a segment takes longer to come than to play' });
    expectLeft(played, { toMs: 5000 });
  });

  it('a wrong key is a damaged segment, and the source says so', async () => {
    const { lists, play } = scene();
    const keyed = list(ALL).replace('#EXTINF', '#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF');
    lists['/a.m3u8'] = sending(keyed);
    lists['/k'] = sending(Buffer.alloc(16, 3));
    const played = await play('/a.m3u8');
    expect(played.units).toEqual([]);
    expect(played.error.code).toBe('UPSTREAM_NOT_MEDIA');
    lists['/k'] = sending('too long for a key');
    const details = { reason: 'its key has 18 bytes instead of 16' };
    expect((await play('/a.m3u8')).error).toMatchObject({ details });
  });
});

/** Lists one after the other; the last one stays. */
function following(...texts: string[]): Handler {
  let turn = 0;
  return (req, res) => sending(texts[Math.min(turn++, texts.length - 1)]!)(req, res);
}

describe('faults of playlists', () => {
  it('SRC-07: a list that does not move on fails after 1.5 target durations and two seconds', async () => {
    const { lists, play } = scene();
    lists['/a.m3u8'] = sending(list(ALL, { end: false }));
    const played = await play('/a.m3u8');
    expect(played.error.details).toMatchObject({ reason: 'its playlist does not move on' });
    expectLeft(played, { fromMs: 3300, toMs: 5000 });
    expectClean(played, 3);
  });

  it('SRC-07: time counts also while a request for the list hangs', async () => {
    const { lists, play } = scene();
    let turn = 0;
    lists['/a.m3u8'] = (req, res) => {
      if (++turn === 1) sending(list(ALL, { end: false }))(req, res);
      else res.write('#EXTM3U\n');
    };
    const played = await play('/a.m3u8', { headersLimitMs: 10_000 });
    expect(played.error.details).toMatchObject({
      reason: expect.stringMatching(/^its playlist (does not move on|takes too long)$/),
    });
    expect(turn).toBeGreaterThan(1);
    expectLeft(played, { fromMs: 3300, toMs: 5000 });
  });

  it('SRC-08: numbers that begin again or jump, and a list that is a little old, leave no trace', async () => {
    const { lists, asked, play } = scene();
    lists['/a.m3u8'] = following(
      list([0, 1], { first: 700, end: false }),
      list([0], { first: 700, end: false }),
      list([2, 3], { first: 0, end: false }),
      list([2, 3, 4], { first: 0, end: false }),
      list([5], { first: 90 }),
    );
    const played = await play('/a.m3u8');
    expect(played.error.details).toMatchObject({ reason: 'it ended the stream' });
    expectClean(played, SECONDS);
    expect([...asked.values()]).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('SRC-09: a clock that begins anew after a discontinuity goes on without a break', async () => {
    const { lists, play } = scene();
    lists['/a.m3u8'] = sending(list([3, 4, 5, '#EXT-X-DISCONTINUITY', 0, 1, 2]));
    expectClean(await play('/a.m3u8'), SECONDS);
    lists['/a.m3u8'] = sending(list([0, 1, '#EXT-X-DISCONTINUITY', 3, 4, 5]));
    expectClean(await play('/a.m3u8'), 5);
  });

  it('SRC-14: a gap is passed over', async () => {
    const { lists, asked, play } = scene();
    lists['/a.m3u8'] = sending(list([0, 1, '#EXT-X-GAP', 2, 3, 4, 5]));
    expectClean(await play('/a.m3u8'), 5);
    expect(asked.has('/2.ts')).toBe(false);
  });

  it('SRC-10: when the token runs out, the entry address is asked once and nothing is lost or comes twice', async () => {
    const { lists, troubles, seen, play, otherBase } = scene();
    let token = 1;
    const behind =
      (text: string): Handler =>
      (req, res) => {
        const own = new URL(req.url ?? '', 'http://x').searchParams.get('t');
        if (own === `${token}`) sending(text.replaceAll('.ts', `.ts?t=${own}`))(req, res);
        else res.writeHead(403).end();
      };
    lists['/entry.m3u8'] = (_req, res) =>
      res.writeHead(302, { Location: `${otherBase}/a.m3u8?t=${token}` }).end();
    lists['/a.m3u8'] = behind(list(ALL));
    const refuse: Trouble = (req, res) => {
      if (req.url?.includes('t=1')) token = 2;
      return token === 2 && !req.url?.includes('t=2') && Boolean(res.writeHead(403).end());
    };
    troubles.set('3', refuse);
    const played = await play('/entry.m3u8');
    expect(played.error.details).toMatchObject({ reason: 'it ended the stream' });
    expectClean(played, SECONDS);
    expect(seen.filter(({ url }) => url === '/entry.m3u8').length).toBe(2);
  });

  it('SRC-10: a source that refuses for good is left after one more try at its entry', async () => {
    const { lists, play } = scene();
    let turn = 0;
    lists['/a.m3u8'] = (req, res) =>
      ++turn === 1 ? sending(list([0, 1], { end: false }))(req, res) : res.writeHead(403).end();
    const played = await play('/a.m3u8');
    expect(played.error.details).toMatchObject({ reason: 'it answered with status 403' });
    expect(turn).toBe(3);
  });

  it('SRC-15: an end in the middle ends the source after its last segment', async () => {
    const { lists, play } = scene();
    lists['/a.m3u8'] = following(list([0, 1], { end: false }), list([0, 1, 2]));
    const played = await play('/a.m3u8');
    expect(played.error.details).toMatchObject({ reason: 'it ended the stream' });
    expectClean(played, 3);
  });

  it('a list that cannot be had for a moment is asked for again', async () => {
    const { lists, play } = scene();
    let turn = 0;
    lists['/a.m3u8'] = (req, res) => {
      if (++turn === 1) sending(list([0, 1], { end: false }))(req, res);
      else if (turn === 2) res.socket?.resetAndDestroy();
      else if (turn === 3) res.writeHead(502).end();
      else sending(list([0, 1, 2]))(req, res);
    };
    expectClean(await play('/a.m3u8'), 3);
  });

  const endless: Handler = (_req, res) => {
    const line = Buffer.from(`#${'x'.repeat(65_535)}\n`);
    const more = () => {
      while (!res.destroyed && res.write(line));
    };
    res.on('drain', more);
    res.write('#EXTM3U\n');
    more();
  };
  const bomb = gzipSync(Buffer.concat([Buffer.from('#EXTM3U\n'), Buffer.alloc(64 * 2 ** 20, 0x0a)]));
  const zipped: Handler = (_req, res) => res.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bomb);
  it.each([
    ['as the entry, endless', '/a.m3u8', { '/a.m3u8': endless }],
    ['as the entry, packed small', '/a.m3u8', { '/a.m3u8': zipped }],
    ['below a master, endless', '/m.m3u8', { '/a.m3u8': endless }],
    ['below a master, packed small', '/m.m3u8', { '/a.m3u8': zipped }],
  ])('SRC-06: a list that is far too large, %s, is refused', async (_name, entry, handlers) => {
    const { lists, play } = scene();
    lists['/m.m3u8'] = sending('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n');
    Object.assign(lists, handlers);
    const played = await play(entry);
    expect(played.error.code).toBe('UPSTREAM_TOO_LARGE');
    expectLeft(played, { toMs: 3000 });
  });

  it('SRC-14: the next variant is taken when the best one is not there, and a loop of masters is named', async () => {
    const { lists, play } = scene();
    const variants = ['gone', 'a'].map((name) => `#EXT-X-STREAM-INF:BANDWIDTH=9\n${name}.m3u8`);
    lists['/m.m3u8'] = sending(`#EXTM3U\n${variants.join('\n')}\n`);
    lists['/gone.m3u8'] = (_req, res) => res.writeHead(404).end();
    lists['/a.m3u8'] = sending(list([0, 1]));
    expectClean(await play('/m.m3u8'), 2);
    lists['/loop.m3u8'] = sending('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9\nloop.m3u8\n');
    const looped = await play('/loop.m3u8');
    expect(looped.error.details).toMatchObject({ reason: 'its playlists point to each other' });
  });
});

describe('headers of a source', () => {
  it('NET-11: go with every request, but credentials only to the origin of its address', async () => {
    const { lists, seen, base, otherBase } = scene();
    const away = list([0, 1]).replace('1.ts', `${otherBase}/1.ts`);
    lists['/a.m3u8'] = sending(
      away.replace('#EXTINF', `#EXT-X-KEY:METHOD=AES-128,URI="${otherBase}/k"\n#EXTINF`),
    );
    lists['/m.m3u8'] = sending('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n');
    lists['/k'] = sending(Buffer.alloc(16));
    const headers = { 'User-Agent': 'Box/1', Referer: 'http://r.test/', Cookie: 'a=1', 'X-Token': 'x' };
    const url = `${base.replace('//', '//user:word@')}/m.m3u8`;
    await playSource(url, [server.port, other.port], { headers });
    const authorization = `Basic ${Buffer.from('user:word').toString('base64')}`;
    const both = { 'user-agent': 'Box/1', referer: 'http://r.test/' };
    const at = (path: string) => seen.filter((one) => one.url === path).map((one) => one.headers);
    for (const path of ['/m.m3u8', '/a.m3u8', '/0.ts'])
      expect(at(path)[0]).toMatchObject({ ...both, cookie: 'a=1', 'x-token': 'x', authorization });
    for (const path of ['/k', '/1.ts']) {
      expect(at(path)[0]).toMatchObject(both);
      for (const name of ['cookie', 'x-token', 'authorization']) expect(at(path)[0]).not.toHaveProperty(name);
    }
    expect(at('/k').length).toBe(1);
  });
});
