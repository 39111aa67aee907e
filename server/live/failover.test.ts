import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lateMs } from '../../tests/support/lag.ts';
import { MarkedViewer } from '../../tests/support/provider/marks.ts';
import { Provider } from '../../tests/support/provider/provider.ts';
import { expectWithin, seesWithin, span } from '../../tests/support/time-limits.ts';
import { until } from '../../tests/support/until.ts';
import { demux, warningsOf } from '../media/ts/test-clips.ts';
import type { LiveChannel } from './index.ts';
import { startEngine, type TestEngine, text } from './test-engine.ts';

let provider: Provider;
let engine: TestEngine;
let names = 0;

beforeAll(async () => {
  provider = await Provider.start();
  for (const clip of ['small', 'b']) provider.ts(clip);
  engine = await startEngine([provider.port]);
});
afterAll(async () => {
  await engine.close();
  await provider.close();
});

type Options = { account?: string; limit?: number; streams?: string[] };

/** A channel with sources of these clips; with an account, that may have so many connections. */
function channelOf(clips: readonly string[], { account, limit }: Options = {}) {
  const streams = clips.map((clip) => `${clip}.f${++names}`);
  const channel = engine.channel(streams.map((name) => provider.ts(name, account)));
  if (account !== undefined && limit !== undefined) {
    provider.limit(account, limit);
    for (const source of channel.sources)
      source.account = { id: account, name: `Example ${account}`, maxConnections: limit };
  }
  return { streams, channel, watch: () => new MarkedViewer(`${engine.origin}/${channel.id}`) };
}

const detail = (channel: LiveChannel) => engine.live.statusOf(channel.id)!;
const states = (channel: LiveChannel) => detail(channel).sources.map(({ state }) => state);

function expectContinuous(bytes: Buffer): void {
  const { video, audio, demuxer } = demux(bytes);
  expect(demuxer.damage).toMatchObject({ lostSync: 0, counterJumps: 0, droppedVideo: 0 });
  for (const units of [video.map((unit) => unit.dts), audio.map((unit) => unit.pts)]) {
    const steps = units.slice(1).map((ticks, index) => ticks - units[index]!);
    expect(Math.min(...steps)).toBeGreaterThan(0);
  }
}

describe.concurrent('a better source that failed', () => {
  it('S1.7: is returned to when it has proved itself, and nobody notices', async () => {
    const { streams, channel, watch } = channelOf(['small', 'b']);
    const viewer = watch();
    const begunAtMs = performance.now();
    await seesWithin(viewer, 'small', 5000);
    provider.set(streams[0]!, 'rst');
    await seesWithin(viewer, 'b', 5000);
    provider.set(streams[0]!, null);
    await viewer.sees('small', 40_000, 2);
    expect(detail(channel).switches.map(({ cause, gap_ms }) => [cause, gap_ms === null])).toEqual([
      ['returned', true],
      ['fault', false],
    ]);
    await viewer.receives(60_000, 20_000);
    expectContinuous(viewer.bytes());
    expect(await warningsOf(viewer.bytes())).toBe('');
    expect(viewer.longestGapMs).toBeLessThan(3000 + lateMs(begunAtMs));
    viewer.leave();
  });

  it('is never asked while its account is full', async () => {
    const { streams, channel, watch } = channelOf(['small', 'b'], { account: 'full', limit: 1 });
    const viewer = watch();
    await seesWithin(viewer, 'small', 5000);
    provider.set(streams[0]!, 'rst');
    await seesWithin(viewer, 'b', 5000);
    provider.set(streams[0]!, null);
    const asked = provider.counts.of(streams[0]!).total;
    await until('its rest is over', () => states(channel)[0] === 'standby', 10_000);
    await viewer.receives(100_000, 20_000);
    expect(provider.counts.of(streams[0]!).total).toBe(asked);
    expect(provider.counts.of('account full')).toMatchObject({ peak: 1, refused: 0 });
    expect(states(channel)).toEqual(['standby', 'playing']);
    viewer.leave();
  });
});

describe.concurrent('"switch now"', () => {
  it('goes over without a gap when there is room for a second connection', async () => {
    const { channel, watch } = channelOf(['small', 'b']);
    const viewer = watch();
    const begunAtMs = performance.now();
    await seesWithin(viewer, 'small', 5000);
    await viewer.receives(50_000, 20_000);
    engine.live.switchTo(channel.id);
    await seesWithin(viewer, 'b', 5000);
    await viewer.receives(50_000, 20_000);
    expect(detail(channel).switches).toMatchObject([
      { cause: 'asked', gap_ms: null, from_position: 0, to_position: 1 },
    ]);
    expect(viewer.longestGapMs).toBeLessThan(1500 + lateMs(begunAtMs));
    expectContinuous(viewer.bytes());
    viewer.leave();
  });

  it('S1.2: closes first and connects then on an account with one connection', async () => {
    const { channel, watch } = channelOf(['small', 'b'], { account: 'single', limit: 1 });
    const viewer = watch();
    await seesWithin(viewer, 'small', 5000);
    engine.live.switchTo(channel.id, 1);
    await seesWithin(viewer, 'b', 5000);
    expect(provider.counts.of('account single')).toMatchObject({ peak: 1, refused: 0 });
    expectContinuous(viewer.bytes());
    viewer.leave();
  });

  it('keeps the source that plays when the wanted one is dead', async () => {
    const { streams, channel, watch } = channelOf(['small', 'b']);
    provider.set(streams[1]!, { kind: 'status', status: 403 });
    const viewer = watch();
    await seesWithin(viewer, 'small', 5000);
    engine.live.switchTo(channel.id, 1);
    await until('the second source rests', () => states(channel)[1] === 'resting');
    await viewer.receives(50_000, 20_000);
    expect(viewer.seen.map(({ clip }) => clip)).toEqual(['small']);
    expect(detail(channel).sources[1]?.last_error).toMatchObject({ code: 'UPSTREAM_STATUS' });
    viewer.leave();
  });

  it('is refused with a sentence for a source that does not exist or plays already', async () => {
    const { channel, watch } = channelOf(['small', 'b']);
    const viewer = watch();
    await seesWithin(viewer, 'small', 5000);
    expect(() => engine.live.switchTo(channel.id, 7)).toThrow('no such source');
    expect(() => engine.live.switchTo(channel.id, 0)).toThrow('plays this source already');
    expect(engine.live.switchTo('nobody', 0)).toBe(false);
    viewer.leave();
  });
});

describe.concurrent('sound that goes missing', () => {
  it('SRC-17: leads to another source once, and back to an alarm when that one has none', async () => {
    const { streams, channel, watch } = channelOf(['small', 'b']);
    const viewer = watch();
    await seesWithin(viewer, 'small', 5000);
    await viewer.receives(50_000, 20_000);
    provider.set(streams[1]!, 'audio_lost');
    const lostAtMs = provider.set(streams[0]!, 'audio_lost');
    const atMs = await viewer.sees('b', 20_000);
    expect(atMs - lostAtMs).toBeGreaterThan(4000);
    expectWithin(7500, span(lostAtMs, atMs, viewer));
    await until(
      'an alarm',
      () => detail(channel).alerts.some(({ kind }) => kind === 'audio-missing'),
      15_000,
    );
    expect(detail(channel).switches).toHaveLength(1);
    provider.set(streams[1]!, null);
    await until('no alarm', () => detail(channel).alerts.length === 0, 10_000);
    expectContinuous(viewer.bytes());
    viewer.leave();
  });
});

describe.concurrent('an account with one connection', () => {
  it('SRC-12: zapping between two of its channels works at once', async () => {
    const account = 'zap';
    const one = channelOf(['small'], { account, limit: 1 });
    const two = channelOf(['b'], { account, limit: 1 });
    for (let round = 0; round < 4; round++) {
      const { watch, channel } = round % 2 === 0 ? one : two;
      const viewer = watch();
      const atMs = await viewer.sees(round % 2 === 0 ? 'small' : 'b', 20_000);
      expectWithin(1500, span(viewer.startedAtMs, atMs, viewer));
      viewer.leave();
      await until('nobody watches', () => engine.live.statusOf(channel.id)?.clients === 0);
    }
    expect(provider.counts.of(`account ${account}`)).toMatchObject({ peak: 1, refused: 0 });
  });

  it('is free at once when the HLS player that used it says that it is gone', async () => {
    const account = 'hls';
    const one = channelOf(['small'], { account, limit: 1 });
    const two = channelOf(['b'], { account, limit: 1 });
    const list = await text(`${engine.origin}/${one.channel.id}/hls/source.m3u8?v=player-1`);
    expect(list.status).toBe(200);
    engine.live.leave(one.channel.id, 'player-1');
    const viewer = two.watch();
    const atMs = await viewer.sees('b', 20_000);
    expectWithin(1500, span(viewer.startedAtMs, atMs, viewer));
    expect(provider.counts.of(`account ${account}`)).toMatchObject({ peak: 1, refused: 0 });
    viewer.leave();
  });

  it('says who uses it when it is watched', async () => {
    const account = 'busy';
    const one = channelOf(['small'], { account, limit: 1 });
    const two = channelOf(['b'], { account, limit: 1 });
    const viewer = one.watch();
    await seesWithin(viewer, 'small', 5000);
    const answer = await text(`${engine.origin}/${two.channel.id}`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.text).toContain(
      `PROVIDER_BUSY All connections of Example busy are in use by ${one.channel.name}`,
    );
    expect(provider.counts.of(`account ${account}`)).toMatchObject({ peak: 1, refused: 0 });
    viewer.leave();
  });
});

describe.concurrent('the metrics', () => {
  it('S1.11: name each channel that runs by its number, and none that has stopped', async () => {
    const { channel, watch } = channelOf(['small']);
    const viewer = watch();
    await seesWithin(viewer, 'small', 5000);
    const line = `siaran_live_channel_viewers{channel="${channel.num}"}`;
    expect(await engine.metrics.registry.metrics()).toContain(`${line} 1`);
    viewer.leave();
    await engine.live.stop(channel.id);
    expect(await engine.metrics.registry.metrics()).not.toContain(line);
  });
});

describe.concurrent('a channel that an admin stopped', () => {
  it('is not started again by the players that watched it, but by one that opens it anew', async () => {
    const { channel } = channelOf(['small']);
    const address = `${engine.origin}/${channel.id}/hls/source.m3u8`;
    expect((await text(`${address}?v=player-1`)).status).toBe(200);
    await engine.live.stop(channel.id);
    const again = await text(`${address}?v=player-1`);
    expect([again.status, again.text.split(' ')[0]]).toEqual([410, 'STREAM_STOPPED']);
    expect(engine.live.statusOf(channel.id)).toBeNull();
    expect((await text(`${address}?v=player-2`)).status).toBe(200);
  });
});

describe.concurrent('a channel that is edited while it plays', () => {
  it('keeps its source when that is still one of them', async () => {
    const { streams, channel, watch } = channelOf(['small', 'b']);
    const viewer = watch();
    await seesWithin(viewer, 'small', 5000);
    engine.live.update({ ...channel, sources: [...channel.sources].reverse() });
    await viewer.receives(50_000, 20_000);
    expect(states(channel)).toEqual(['standby', 'playing']);
    expect(provider.counts.of(streams[0]!).total).toBe(1);
    viewer.leave();
  });

  it('goes to its new source when the old one was taken away', async () => {
    const { channel, watch } = channelOf(['small', 'b']);
    const viewer = watch();
    await seesWithin(viewer, 'small', 5000);
    engine.live.update({ ...channel, sources: channel.sources.slice(1) });
    await seesWithin(viewer, 'b', 5000);
    expectContinuous(viewer.bytes());
    viewer.leave();
  });
});
