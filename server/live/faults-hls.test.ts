import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault, FaultKind } from '../../tests/support/provider/faults.ts';
import { HlsViewer } from '../../tests/support/provider/hls-viewer.ts';
import { MarkedViewer } from '../../tests/support/provider/marks.ts';
import { Provider } from '../../tests/support/provider/provider.ts';
import { causes, expectWithin, seesWithin, span } from '../../tests/support/time-limits.ts';
import { demux } from '../media/ts/test-clips.ts';
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

/** A channel that reads HLS first and has a transport stream to fall back on. */
function hlsFirst() {
  const name = `small.hls${++names}`;
  const account = `hls-${names}`;
  const channel = engine.channel([provider.hls(name, account), provider.ts(`b.hls${names}`, account)]);
  const url = `${engine.origin}/${channel.id}`;
  return { name, channel, url, upstream: provider.counts.of(`account ${account}`) };
}

/** A segment of the source may be missing where it fails; where it does not, nothing may. */
const SEGMENT_TICKS = 2 * 90_000 + 3600;
const NO_HOLE_TICKS = 2 * 3600;

/** Nothing goes back, no picture is damaged, no hole is longer than that. */
function expectWhole(bytes: Buffer, longestTicks = SEGMENT_TICKS): void {
  const { video, demuxer } = demux(bytes);
  expect(demuxer.damage).toMatchObject({ lostSync: 0, counterJumps: 0, droppedVideo: 0, transportErrors: 0 });
  expect(video[0]?.key).toBe(true);
  const steps = video.slice(1).map((unit, index) => unit.dts - video[index]!.dts);
  expect(Math.min(...steps)).toBeGreaterThan(0);
  expect(Math.max(...steps)).toBeLessThanOrEqual(longestTicks);
}

describe.concurrent('a playlist that is a trap when a viewer comes', () => {
  it.each<[string, FaultKind | Fault, string]>([
    ['SRC-06: has 10 MB', 'huge_m3u8', 'UPSTREAM_TOO_LARGE'],
    ['SRC-06: has a line of 3 MB', 'long_line', 'UPSTREAM_TOO_LARGE'],
    ['SRC-06: inflates to 2 GB', 'gzip_bomb', 'UPSTREAM_TOO_LARGE'],
    ['SRC-11: names segments that are not there', 'seg_404', 'UPSTREAM_STATUS'],
    ['SRC-11: names segments of noise', 'seg_garbage', 'UPSTREAM_NOT_MEDIA'],
    ['SRC-15: says that it has ended', 'endlist_mid', 'UPSTREAM_UNREACHABLE'],
  ])('%s: the next source is taken, the cause is named', async (_what, fault, code) => {
    const { name, channel, url, upstream } = hlsFirst();
    provider.set(name, fault);
    const viewer = new MarkedViewer(url);
    const atMs = await viewer.sees('b', 20_000);
    await viewer.receives(20_000, 20_000);
    viewer.leave();
    const [error] = engine.live.statusOf(channel.id)!.errors;
    expect(error).toMatchObject({ source_position: 0 });
    expect(causes(code, span(viewer.startedAtMs, atMs, viewer))).toContain(error?.code);
    expectWhole(viewer.bytes());
    await engine.live.stop(channel.id);
    expect(upstream.peak).toBe(1);
  });

  it('SRC-06: none of it costs memory', async () => {
    const { name, channel, url } = hlsFirst();
    provider.set(name, 'gzip_bomb');
    const before = process.memoryUsage().rss;
    const viewer = new MarkedViewer(url);
    await seesWithin(viewer, 'b', 20_000);
    viewer.leave();
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    await engine.live.stop(channel.id);
  });
});

describe.concurrent('HLS that fails while somebody watches', () => {
  it.each<[string, FaultKind | Fault, number]>([
    ['SRC-07: stands still', 'frozen', 7500],
    ['SRC-15: ends', 'endlist_mid', 6000],
    ['SRC-01: is refused', { kind: 'status', status: 403 }, 8000],
    ['SRC-11: loses its segments', 'seg_404', 8000],
    ['SRC-11: sends segments that stop in the middle', 'seg_stall', 12_000],
    ['SRC-11: sends segments in a trickle', 'seg_drip', 12_000],
    ['SRC-11: cuts its segments short', 'seg_short', 12_000],
    ['SRC-11: sends noise for segments', 'seg_garbage', 8000],
  ])('%s: the next source is taken and what viewers got is whole', async (_what, fault, limitMs) => {
    const { name, channel, url, upstream } = hlsFirst();
    const viewer = new MarkedViewer(url);
    await seesWithin(viewer, 'small', 8000);
    await viewer.receives(250_000, 20_000);
    const faultAtMs = provider.set(name, fault);
    const atMs = await viewer.sees('b', limitMs + 20_000);
    expectWithin(limitMs, span(faultAtMs, atMs, viewer));
    await viewer.receives(60_000, 20_000);
    viewer.leave();
    expectWhole(viewer.bytes());
    await engine.live.stop(channel.id);
    expect(upstream.peak).toBe(1);
  });
});

describe.concurrent('HLS that is odd but alive', () => {
  it.each<[string, FaultKind | Fault]>([
    ['SRC-08: counts its segments anew', 'seq_reset'],
    ['SRC-08: jumps in its numbers', 'seq_jump'],
    ['SRC-09: breaks its clock', 'disc'],
    ['SRC-10: has addresses that end after 3 s', { kind: 'token', ttlMs: 3000 }],
  ])('%s: it is kept, and the viewers’ own list goes on without a tag', async (_what, fault) => {
    const { name, channel, url } = hlsFirst();
    if (typeof fault === 'object') provider.set(name, fault);
    const hls = new HlsViewer(`${url}/hls`, 2);
    const viewer = new MarkedViewer(url);
    await seesWithin(viewer, 'small', 8000);
    await viewer.receives(250_000, 20_000);
    provider.set(name, fault);
    await viewer.receives(600_000, 40_000);
    viewer.leave();
    await hls.leave();
    expect(engine.live.statusOf(channel.id)?.source_position).toBe(0);
    expect(viewer.seen.map((seen) => seen.clip)).toEqual(['small']);
    expectWhole(viewer.bytes(), NO_HOLE_TICKS);
    expectWhole(hls.bytes(), NO_HOLE_TICKS);
    expect(hls.error).toBeNull();
    const numbers = hls.lists.map((list) => Number(/MEDIA-SEQUENCE:(\d+)/.exec(list)?.[1]));
    expect(numbers.every((number, index) => index === 0 || number >= numbers[index - 1]!)).toBe(true);
    expect(hls.lists.some((list) => list.includes('EXT-X-DISCONTINUITY\n'))).toBe(false);
    await engine.live.stop(channel.id);
  });
});
