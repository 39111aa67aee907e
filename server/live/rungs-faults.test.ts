import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasEncoder } from '../../lib/contract/live-rungs.ts';
import { fetched } from '../../tests/support/hls-follower.ts';
import { expectWithin } from '../../tests/support/time-limits.ts';
import { until } from '../../tests/support/until.ts';
import { makeClip } from '../media/ts/test-clips.ts';
import { encoders, faultsOfViewer, ffmpegChildren, follow, untilMore } from './test-encoders.ts';
import { startEngine, type TestEngine } from './test-engine.ts';
import { pace, playing, type SourceServer, startSource } from './test-source.ts';

let source: SourceServer;
let engine: TestEngine;

beforeAll(async () => {
  const clip = pace(makeClip({ seconds: 20, fps: 10, gop: 13, bframes: 2, size: '640x482' }));
  source = await startSource({ '/h264.ts': playing(clip, { skipMs: 6000 }) });
  engine = await startEngine([source.port]);
});

afterAll(async () => {
  expect(ffmpegChildren()).toEqual([]);
  await engine.close();
  await source.close();
});

const channelOf = () => engine.channel([`${source.origin}/h264.ts`]);

describe('an encoder of a live quality', () => {
  it.each([
    ['is killed', 'SIGKILL'],
    ['is stopped', 'SIGSTOP'],
  ] as const)('that %s costs its viewers less than 5 s and no segment (S3.3)', async (_, signal) => {
    const channel = channelOf();
    const list = follow(engine, channel.id, '360p');
    await untilMore(list, 3);
    const [encoder] = encoders();
    process.kill(encoder!.pid, signal);
    const fromMs = performance.now();
    await untilMore(list, 1);
    expectWithin(5000, { fromMs, seen: () => engine.live.statusOf(channel.id)?.rung_log });
    await untilMore(list, 2);
    expect(await faultsOfViewer(list)).toEqual([]);
    const now = encoders();
    expect(now).toHaveLength(1);
    expect(now[0]!.pid).not.toBe(encoder!.pid);
    expect(engine.live.statusOf(channel.id)?.rungs.find(({ rung }) => rung === '360p')?.restarts).toBe(1);
    await engine.live.stop(channel.id);
  });

  it('is one for all, however 50 viewers flip qualities, and none when they have left (CLI-04, B5)', async () => {
    const channel = channelOf();
    const qualities = ['source', '480p', '360p'];
    await Promise.all(qualities.map((quality) => follow(engine, channel.id, quality).look()));
    const most = { '720p': 0, '480p': 0, '360p': 0 };
    const watching = setInterval(() => {
      const running = encoders().map(({ rung }) => rung!);
      for (const rung of running)
        most[rung] = Math.max(most[rung], running.filter((other) => other === rung).length);
    }, 100);
    const names = Array.from({ length: 50 }, (_, number) => `flipping-${number}`);
    for (let round = 0; round < 10; round++) {
      const second = delay(1000);
      await Promise.all(
        names.map((name, number) => {
          // In some rounds all of them leave one quality.
          const quality = qualities[(round < 5 ? number * (round + 1) + round : round) % 3];
          return fetched(`${engine.origin}/${channel.id}/hls/${quality}.m3u8?v=${name}`);
        }),
      );
      await second;
      await until('as many ffmpegs as running qualities', () => encoders().length === runningOf(channel.id));
    }
    for (const name of [...names, ...qualities.map((quality) => `${channel.id}-${quality}`)])
      engine.live.leave(channel.id, name);
    await until('no encoder is left', () => ffmpegChildren().length === 0, 10_000);
    clearInterval(watching);
    expect(most).toEqual({ '720p': 0, '480p': 1, '360p': 1 });
    expect(runningOf(channel.id)).toBe(0);
    await engine.live.stop(channel.id);
  });
});

const runningOf = (channelId: string): number =>
  (engine.live.statusOf(channelId)?.rungs ?? []).filter(hasEncoder).length;
