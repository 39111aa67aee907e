import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault, FaultKind } from '../../tests/support/provider/faults.ts';
import { MarkedViewer } from '../../tests/support/provider/marks.ts';
import { Provider } from '../../tests/support/provider/provider.ts';
import { causes, expectWithin, seesWithin, span } from '../../tests/support/time-limits.ts';
import { demux, warningsOf } from '../media/ts/test-clips.ts';
import { startEngine, type TestEngine } from './test-engine.ts';

let provider: Provider;
let engine: TestEngine;
let names = 0;

beforeAll(async () => {
  provider = await Provider.start();
  provider.ts('small');
  provider.ts('b');
  engine = await startEngine([provider.port]);
});
afterAll(async () => {
  await engine.close();
  await provider.close();
});

/** A channel whose first source can fail and whose second one is another picture. */
function twoSources() {
  const name = `small.${++names}`;
  const channel = engine.channel([provider.ts(name), provider.ts(`b.${names}`)]);
  return { name, channel, watch: () => new MarkedViewer(`${engine.origin}/${channel.id}`) };
}

/** Nothing is missing, nothing goes back, no picture is damaged, and no source's own identity shows. */
function expectWhole(bytes: Buffer): void {
  const { video, audio, demuxer } = demux(bytes);
  expect(demuxer.damage).toMatchObject({ lostSync: 0, counterJumps: 0, droppedVideo: 0, transportErrors: 0 });
  expect(video[0]?.key).toBe(true);
  const steps = video.slice(1).map((unit, index) => unit.dts - video[index]!.dts);
  expect(Math.min(...steps)).toBeGreaterThan(0);
  const sound = audio.slice(1).map((unit, index) => unit.pts - audio[index]!.pts);
  expect(Math.min(...sound)).toBeGreaterThan(0);
}

const lastErrors = (id: string) => engine.live.statusOf(id)?.errors ?? [];

describe.concurrent('a source that is dead when a viewer comes', () => {
  it.each<[string, Fault, string, number]>([
    ['SRC-01: resets the connection', { kind: 'rst' }, 'UPSTREAM_UNREACHABLE', 1000],
    ['SRC-01: answers 403', { kind: 'status', status: 403 }, 'UPSTREAM_STATUS', 1000],
    ['SRC-01: answers 404', { kind: 'status', status: 404 }, 'UPSTREAM_STATUS', 1000],
    ['SRC-01: answers 429', { kind: 'status', status: 429, retryAfterS: 7 }, 'UPSTREAM_STATUS', 1000],
    ['SRC-01: answers 500', { kind: 'status', status: 500 }, 'UPSTREAM_STATUS', 1000],
    ['SRC-02: sends headers and nothing else', { kind: 'stall_start' }, 'UPSTREAM_TIMEOUT', 4000],
    ['SRC-02: sends no headers', { kind: 'stall_headers' }, 'UPSTREAM_TIMEOUT', 3500],
    ['SRC-02: sends its headers after 12 s', { kind: 'slow_headers' }, 'UPSTREAM_TIMEOUT', 3500],
    ['SRC-02: sends half of its headers', { kind: 'half_header' }, 'UPSTREAM_TIMEOUT', 3500],
    ['SRC-03: sends null packets only', { kind: 'null_only' }, 'UPSTREAM_TIMEOUT', 4000],
    ['SRC-04: sends noise', { kind: 'garbage' }, 'UPSTREAM_NOT_MEDIA', 1000],
    ['SRC-04: answers a web page', { kind: 'html200' }, 'UPSTREAM_NOT_MEDIA', 1000],
    ['SRC-04: answers as an old radio server', { kind: 'icy' }, 'UPSTREAM_UNREACHABLE', 1000],
    ['SRC-04: answers a status that is none', { kind: 'bad_status' }, 'UPSTREAM_UNREACHABLE', 1000],
    ['SRC-04: sends a header of 1 MB', { kind: 'huge_header' }, 'UPSTREAM_UNREACHABLE', 1000],
    ['SRC-05: redirects for ever', { kind: 'redirect_loop' }, 'UPSTREAM_REDIRECTS', 1000],
    ['SRC-17: sends sound without its picture', { kind: 'video_lost' }, 'UPSTREAM_TIMEOUT', 6500],
  ])('%s: the next source is taken in time and the cause is named', async (_what, fault, code, limitMs) => {
    const { name, channel, watch } = twoSources();
    provider.set(name, fault);
    const viewer = watch();
    const atMs = await viewer.sees('b', limitMs + 20_000);
    expectWithin(limitMs, span(viewer.startedAtMs, atMs, viewer));
    const [error] = lastErrors(channel.id);
    expect(error).toMatchObject({ source_position: 0 });
    expect(causes(code, span(viewer.startedAtMs, atMs, viewer))).toContain(error?.code);
    await viewer.receives(20_000, 20_000);
    expectWhole(viewer.bytes());
    expect(viewer.seen.map((seen) => seen.clip)).toEqual(['b']);
    viewer.leave();
    await engine.live.stop(channel.id);
    expect(provider.counts.of(name).peak).toBe(1);
  });
});

describe.concurrent('a source that fails while somebody watches', () => {
  it.each<[string, FaultKind | Fault, number]>([
    ['SRC-03: goes silent', 'stall_mid', 3500],
    ['SRC-03: sends null packets only', 'null_only', 3500],
    ['SRC-04: sends noise', 'garbage', 3500],
    ['SRC-11: breaks a chunk off', 'chunk_abort', 1500],
    ['SRC-11: resets the connection', 'rst_mid', 1500],
    ['SRC-11: ends', 'eof_mid', 1500],
    ['SRC-01: resets and refuses', 'rst', 1500],
    ['SRC-17: loses its picture', 'video_lost', 3500],
    ['SRC-03: trickles', 'drip', 5000],
    ['SRC-17: loses its sound', 'audio_lost', 6500],
  ])('%s: the viewer stays and gets the next source in time', async (_what, fault, limitMs) => {
    const { name, channel, watch } = twoSources();
    const viewer = watch();
    await seesWithin(viewer, 'small', 3000);
    await viewer.receives(80_000, 20_000);
    const faultAtMs = provider.set(name, fault);
    const atMs = await viewer.sees('b', limitMs + 20_000);
    expectWithin(limitMs, span(faultAtMs, atMs, viewer));
    await viewer.receives(60_000, 20_000);
    expectWhole(viewer.bytes());
    expect(engine.live.statusOf(channel.id)).toMatchObject({ clients: 1, source_position: 1 });
    viewer.leave();
    await engine.live.stop(channel.id);
  });
});

describe('a source that is damaged but alive', () => {
  it.each<[string, FaultKind]>([
    ['SRC-16: loses packets', 'cc_gap'],
    ['SRC-16: has bits turned over', 'flipped'],
  ])('%s: it is kept, and what reaches viewers is whole', async (_what, fault) => {
    const { name, channel, watch } = twoSources();
    const viewer = watch();
    await seesWithin(viewer, 'small', 3000);
    provider.set(name, fault);
    await viewer.receives(150_000, 20_000);
    provider.set(name, null);
    await viewer.receives(100_000, 20_000);
    viewer.leave();
    expect(engine.live.statusOf(channel.id)?.source_position).toBe(0);
    expectWhole(viewer.bytes());
    await engine.live.stop(channel.id);
  });
});

describe('SRC-12: a provider that allows one connection', () => {
  it.each(['refuse', 'kick'] as const)(
    'is never asked for two at once, also at failover (%s)',
    async (whenFull) => {
      const account = `one_${whenFull}`;
      provider.limit(account, 1, whenFull);
      const [first, next] = [`small.${account}`, `b.${account}`];
      const channel = engine.channel([provider.ts(first, account), provider.ts(next, account)]);
      const upstream = provider.counts.of(`account ${account}`);
      const viewer = new MarkedViewer(`${engine.origin}/${channel.id}`);
      await seesWithin(viewer, 'small', 3000);
      provider.set(first, 'stall_mid');
      await seesWithin(viewer, 'b', 5000);
      await viewer.receives(30_000, 20_000);
      viewer.leave();
      await engine.live.stop(channel.id);
      expect(upstream).toMatchObject({ peak: 1, refused: 0, total: 2 });
    },
  );
});

describe('SRC-18: a source that sends 80 MB/s', () => {
  it('is held to the pace of time, in bounded memory', async () => {
    const { name, channel, watch } = twoSources();
    provider.set(name, 'burst');
    const viewer = watch();
    await seesWithin(viewer, 'small', 5000);
    // Eight seconds may come at once.
    await viewer.receives(700_000, 20_000);
    const begunAtMs = performance.now();
    const before = process.memoryUsage.rss();
    const received = viewer.received;
    await viewer.receives(200_000, 20_000);
    const passedS = (performance.now() - begunAtMs) / 1000;
    // The clip has about 65 kB in a second.
    expect((viewer.received - received) / passedS).toBeLessThan(150_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
    expect(engine.live.statusOf(channel.id)?.source_position).toBe(0);
    viewer.leave();
    await engine.live.stop(channel.id);
  });
});

describe('the provider of these tests', () => {
  it('plays without a warning of ffmpeg over the end of its clips', async () => {
    provider.startAt = { backlogMs: 18_000 };
    const viewer = new MarkedViewer(provider.ts('small.whole'));
    await viewer.receives(1_700_000, 20_000);
    viewer.leave();
    provider.startAt = 'keyframe';
    const bytes = viewer.bytes();
    expectWhole(bytes);
    const lastPicture = bytes.lastIndexOf(Buffer.from([0x47, 0x42, 0x10]));
    expect(await warningsOf(bytes.subarray(0, lastPicture))).toBe('');
    expect(provider.counts.of('small.whole')).toMatchObject({ peak: 1, total: 1 });
  });
});
