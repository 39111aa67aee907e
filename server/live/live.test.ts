import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectWithin } from '../../tests/support/time-limits.ts';
import { NULL_PACKET } from '../media/ts/packet.ts';
import { demux, ffmpegWarnings, makeClip } from '../media/ts/test-clips.ts';
import { startEngine, type TestEngine, text, watch } from './test-engine.ts';
import { type PacedClip, pace, playing, type SourceServer, startSource } from './test-source.ts';

let clip: PacedClip;
let other: PacedClip;
let source: SourceServer;
let second: SourceServer;
let engine: TestEngine;

beforeAll(async () => {
  clip = pace(makeClip({ seconds: 20, gop: 25, bframes: 2, size: '320x180' }));
  other = pace(makeClip({ seconds: 20, gop: 50, size: '320x180' }));
  source = await startSource({
    '/a.ts': playing(clip),
    '/quick.ts': playing(clip, { skipMs: 5000 }),
    '/html': (_req, res) =>
      res.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><p>Sorry</p>'),
    '/forbidden': (_req, res) => res.writeHead(403).end(),
    '/mp4': (_req, res) => res.end(Buffer.concat([Buffer.from('\0\0\0\x20ftypisom'), Buffer.alloc(4000)])),
    '/silent': (_req, res) => res.writeHead(200).flushHeaders(),
    '/burst.ts': (_req, res) => res.end(clip.bytes),
  });
  second = await startSource({ '/b.ts': playing(other, { skipMs: 4000 }) });
  engine = await startEngine([source.port, second.port, 1]);
});

afterAll(async () => {
  await engine.close();
  await source.close();
  await second.close();
});

const url = (path: string) => `${source.origin}${path}`;
const dead = 'http://127.0.0.1:1/x.ts';

describe('one channel, one connection', () => {
  it('CLI-03: twenty cold viewers within 50 ms share one upstream and each begins with PAT, PMT and a keyframe', async () => {
    const channel = engine.channel([url('/quick.ts')]);
    const before = source.requests.length;
    const viewers = await Promise.all(
      Array.from({ length: 20 }, () => watch(`${engine.origin}/${channel.id}`)),
    );
    await Promise.all(viewers.map((viewer) => viewer.until(150_000)));
    expect(source.requests.length - before).toBe(1);
    for (const viewer of viewers) {
      const bytes = viewer.bytes();
      expect([bytes.readUInt16BE(1) & 0x1fff, bytes.readUInt16BE(189) & 0x1fff]).toEqual([0, 0x1000]);
      const { video, audio, demuxer } = demux(bytes.subarray(0, 148_000));
      expect(video[0]?.key).toBe(true);
      expect(audio.length).toBeGreaterThan(0);
      expect(demuxer.damage).toMatchObject({ lostSync: 0, counterJumps: 0, droppedVideo: 0 });
    }
    expect(engine.live.statusOf(channel.id)).toMatchObject({
      state: 'active',
      active: true,
      clients: 20,
      upstream_connections: 1,
      video: { codec: 'h264', width: 320, height: 180, fps: 25 },
      audio: { codec: 'aac', sample_rate: 48000 },
    });
    for (const viewer of viewers) viewer.leave();
  });

  it('the second viewer of a running channel has its first bytes within 150 ms', async () => {
    const channel = engine.channel([url('/a.ts')]);
    const first = await watch(`${engine.origin}/${channel.id}`);
    await first.until(50_000);
    const fromMs = performance.now();
    const late = await watch(`${engine.origin}/${channel.id}`);
    await late.until(188);
    expectWithin(150, { fromMs, toMs: fromMs + late.firstByteMs });
    await late.until(60_000);
    expect(demux(late.bytes()).video[0]?.key).toBe(true);
    first.leave();
    late.leave();
  });

  it('HEAD answers the headers and starts nothing', async () => {
    const channel = engine.channel([url('/a.ts')]);
    const before = source.requests.length;
    const answer = await fetch(`${engine.origin}/${channel.id}`, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'video/mp2t',
      'no-store',
    ]);
    expect(source.requests.length).toBe(before);
    expect(engine.live.statusOf(channel.id)).toBeNull();
  });

  it('stops by itself after the idle time, and the connection goes with it', async () => {
    const channel = engine.channel([url('/a.ts')], { idleTimeoutMs: 600 });
    const viewer = await watch(`${engine.origin}/${channel.id}`);
    await viewer.until(20_000);
    engine.states.length = 0;
    const begun = performance.now();
    viewer.leave();
    await engine.reaches('stopped');
    expect(performance.now() - begun).toBeGreaterThan(550);
    expectWithin(1500, { fromMs: begun, seen: () => engine.states });
    expect(engine.live.statusOf(channel.id)).toBeNull();
    await expect.poll(() => source.open()).toBeLessThanOrEqual(2);
  });

  it('what the viewer gets decodes without a warning, also over the loop of the source', async () => {
    const short = pace(makeClip({ seconds: 3, gop: 25, bframes: 2, size: '320x180' }));
    const looping = await startSource({ '/l.ts': playing(short) });
    const mine = await startEngine([looping.port]);
    const channel = mine.channel([`${looping.origin}/l.ts`]);
    const viewer = await watch(`${mine.origin}/${channel.id}`);
    await viewer.until(short.bytes.length * 2.2);
    viewer.leave();
    const bytes = viewer.bytes();
    const whole = bytes.subarray(0, Math.floor(bytes.length / 188) * 188);
    const { video, demuxer } = demux(whole);
    expect(demuxer.damage).toMatchObject({ counterJumps: 0, droppedVideo: 0, lostSync: 0 });
    const steps = video.slice(1).map((unit, index) => unit.dts - video[index]!.dts);
    expect(Math.max(...steps)).toBeLessThanOrEqual(3 * 3600);
    expect(Math.min(...steps)).toBeGreaterThan(0);
    await mine.close();
    await looping.close();
    // The very last picture is cut where the viewer left.
    const cut = whole.subarray(0, lastKeyframe(whole));
    expect(ffmpegWarnings(cut)).toBe('');
  });
});

/** Where the last PAT begins: everything before it is whole. */
function lastKeyframe(bytes: Buffer): number {
  for (let at = bytes.length - 188; at > 0; at -= 188)
    if ((bytes.readUInt16BE(at + 1) & 0x1fff) === 0) return at;
  return bytes.length;
}

describe('sources that fail', () => {
  it.each([
    ['refused', dead, 'UPSTREAM_UNREACHABLE'],
    ['forbidden', '/forbidden', 'UPSTREAM_STATUS'],
    ['a web page', '/html', 'UPSTREAM_NOT_MEDIA'],
    ['a file of another kind', '/mp4', 'SOURCE_KIND_UNSUPPORTED'],
    ['silent after its headers', '/silent', 'UPSTREAM_TIMEOUT'],
    ['of a protocol without a reader', 'mms://127.0.0.1/live', 'ADDRESS_INVALID'],
    ['an RTMP address that is not allowed', 'rtmp://127.0.0.1/live', 'ADDRESS_BLOCKED'],
  ])('SRC-01, SRC-02, SRC-04: the next source is taken when one is %s', async (_kind, bad, code) => {
    const channel = engine.channel([bad.startsWith('/') ? url(bad) : bad, `${second.origin}/b.ts`]);
    const fromMs = performance.now();
    const viewer = await watch(`${engine.origin}/${channel.id}`);
    await viewer.until(30_000);
    const status = engine.live.statusOf(channel.id)!;
    expectWithin(bad === '/silent' ? 6000 : 2500, { fromMs, seen: () => status.errors });
    expect(status).toMatchObject({ state: 'active', source_position: 1 });
    expect(status.errors[0]).toMatchObject({ source_position: 0, code });
    viewer.leave();
    await engine.live.stop(channel.id);
  });

  it('B3, SRC-11: a source that breaks off is followed by the next one without a break for the viewer', async () => {
    const flaky = await startSource({ '/a.ts': playing(clip, { skipMs: 3000 }) });
    const mine = await startEngine([flaky.port, second.port]);
    const channel = mine.channel([`${flaky.origin}/a.ts`, `${second.origin}/b.ts`]);
    const viewer = await watch(`${mine.origin}/${channel.id}`);
    await viewer.until(60_000);
    flaky.cut();
    await expect.poll(() => mine.switches.length).toBe(1);
    await viewer.until(viewer.received() + 60_000);
    viewer.leave();
    expect(mine.states).toEqual(['starting', 'active', 'failing-over', 'active']);
    expect(mine.switches).toMatchObject([{ fromPosition: 0, toPosition: 1 }]);
    const { video, demuxer } = demux(viewer.bytes());
    expect(demuxer.damage).toMatchObject({ counterJumps: 0, lostSync: 0, droppedVideo: 0 });
    const steps = video.slice(1).map((unit, index) => unit.dts - video[index]!.dts);
    expect(Math.max(...steps)).toBeLessThanOrEqual(4 * 3600);
    expect(Math.min(...steps)).toBeGreaterThan(0);
    await mine.close();
    await flaky.close();
  });

  it('SRC-03: a source that goes silent is left within 3 s, while its viewers stay connected', async () => {
    const sick = await startSource({
      '/a.ts': (req, res) => {
        playing(clip, { skipMs: 2000 })(req, res);
        // From here on the connection stays open and brings only null packets.
        setTimeout(() => {
          const write = res.write.bind(res);
          res.write = () => write(NULL_PACKET);
        }, 1500);
      },
    });
    const mine = await startEngine([sick.port, second.port]);
    const channel = mine.channel([`${sick.origin}/a.ts`, `${second.origin}/b.ts`]);
    const viewer = await watch(`${mine.origin}/${channel.id}`);
    await mine.reaches('active');
    const fromMs = performance.now();
    await mine.reaches('failing-over');
    expectWithin(1500 + 3000, { fromMs, seen: () => [mine.states, mine.failures] });
    await expect.poll(() => mine.switches.length).toBe(1);
    const now = mine.live.statusOf(channel.id);
    expect(now).toMatchObject({ clients: 1, state: 'active', source_position: 1, upstream_connections: 1 });
    viewer.leave();
    await mine.close();
    await sick.close();
  });

  it('the only source is opened again when it breaks off, while its viewers stay connected', async () => {
    const lone = await startSource({ '/a.ts': playing(clip, { skipMs: 3000 }) });
    const mine = await startEngine([lone.port]);
    const channel = mine.channel([`${lone.origin}/a.ts`]);
    const viewer = await watch(`${mine.origin}/${channel.id}`);
    await viewer.until(60_000);
    lone.cut();
    await mine.reaches('failed');
    const before = viewer.received();
    await viewer.until(before + 188 * 4);
    expect(demux(viewer.bytes()).demuxer.damage.counterJumps).toBe(0);
    mine.states.length = 0;
    await mine.reaches('active');
    await viewer.until(before + 60_000);
    expect(lone.requests.length).toBe(2);
    expect(demux(viewer.bytes()).demuxer.damage).toMatchObject({
      counterJumps: 0,
      lostSync: 0,
      droppedVideo: 0,
    });
    viewer.leave();
    await mine.close();
    await lone.close();
  });

  it('waiting viewers are told a sentence when no source is left, and nobody is opened in a hot loop', async () => {
    const channel = engine.channel([dead, url('/forbidden')]);
    const before = source.requests.length;
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => text(`${engine.origin}/${channel.id}`)),
    );
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.text).toContain('it answered with status 403');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await text(`${engine.origin}/${channel.id}/hls`)).status).toBe(503);
    expect(source.requests.length - before).toBe(1);
    expect(engine.live.statusOf(channel.id)?.state).toBe('failed');
    await engine.live.stop(channel.id);
  });

  it('closing answers everybody who waits', async () => {
    const mine = await startEngine([source.port]);
    const channel = mine.channel([url('/silent')]);
    const answers = Promise.all([
      text(`${mine.origin}/${channel.id}`),
      text(`${mine.origin}/${channel.id}/hls`),
      text(`${mine.origin}/${channel.id}/hls/source.m3u8?v=a`),
    ]);
    await mine.reaches('starting');
    await expect.poll(() => mine.live.status().length).toBe(1);
    await expect.poll(() => source.requests.includes('/silent')).toBe(true);
    await mine.live.close();
    expect((await answers).map((answer) => answer.status)).toEqual([503, 503, 503]);
    await mine.close();
  });
});

describe('viewers', () => {
  it('CLI-02: one who does not read delays nobody and is moved on to the newest keyframe', async () => {
    const wide = pace(
      makeClip({
        seconds: 12,
        gop: 25,
        size: '1280x720',
        extra: [
          '-b:v',
          '12M',
          '-minrate',
          '12M',
          '-maxrate',
          '12M',
          '-bufsize',
          '6M',
          '-x264-params',
          'nal-hrd=cbr',
        ],
      }),
    );
    const big = await startSource({ '/w.ts': playing(wide, { skipMs: 4000 }) });
    const mine = await startEngine([big.port]);
    const channel = mine.channel([`${big.origin}/w.ts`], { ringBytes: 2 ** 21 });
    const fast = await watch(`${mine.origin}/${channel.id}`);
    const slow = await watch(`${mine.origin}/${channel.id}`);
    await slow.until(100_000);
    slow.pause();
    await fast.until(12_000_000);
    const fromMs = performance.now();
    await fast.until(fast.received() + 1_500_000);
    expectWithin(2500, { fromMs });
    expect(demux(fast.bytes()).demuxer.damage).toMatchObject({ counterJumps: 0, lostSync: 0 });
    expect(mine.live.statusOf(channel.id)?.clients).toBe(2);
    slow.resume();
    await expect.poll(() => mine.live.statusOf(channel.id)?.skips).toBeGreaterThan(0);
    fast.leave();
    slow.leave();
    await mine.close();
    await big.close();
  });

  it('SRC-18: a source that sends all at once is held to the pace of time', async () => {
    const channel = engine.channel([url('/burst.ts')]);
    const viewer = await watch(`${engine.origin}/${channel.id}`);
    await viewer.until(100_000);
    const begun = performance.now();
    // Eight seconds come at once, the next two take their time.
    await viewer.until(clip.bytes.length * 0.6);
    expect(performance.now() - begun).toBeGreaterThan(1000);
    expect(viewer.received()).toBeLessThan(clip.bytes.length * 0.75);
    viewer.leave();
    await engine.live.stop(channel.id);
  });
});

describe('the end', () => {
  it('leaves no file, no connection and no child behind', async () => {
    const mine = await startEngine([source.port]);
    const channel = mine.channel([url('/quick.ts')]);
    expect((await text(`${mine.origin}/${channel.id}/hls`)).text).toContain('EXT-X-STREAM-INF');
    const files = () => readdirSync(`${mine.folder}/temp/${channel.id}`, { recursive: true });
    await expect.poll(() => files().some((name) => String(name).endsWith('.ts'))).toBe(true);
    await mine.live.close();
    expect(files()).toEqual([]);
    expect(mine.live.status()).toEqual([]);
    expect(mine.supervisor.running()).toEqual([]);
    await mine.close();
  });
});
