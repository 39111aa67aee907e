import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hasEncoder, LiveRungId } from '../../lib/contract/live-rungs.ts';
import { HlsFollower } from '../../tests/support/hls-follower.ts';
import { until } from '../../tests/support/until.ts';
import { makeClip } from '../media/ts/test-clips.ts';
import { encoders, ffmpegChildren } from './test-encoders.ts';
import { startEngine, type TestEngine } from './test-engine.ts';
import { pace, playing, type SourceServer, startSource } from './test-source.ts';

const ACTIONS = 200;
const PAUSE_MS = 120;
const MOST_VIEWERS = 12;
const QUALITIES = ['source', '480p', '360p'];
/** What the process may hold when all is over: code, caches, and garbage that was not collected yet. */
const KEPT_MB = 250;

let source: SourceServer;
let engine: TestEngine;

beforeAll(async () => {
  const options = { seconds: 16, fps: 10, gop: 13, size: '640x482' };
  const h264 = pace(makeClip(options));
  const mpeg2 = pace(makeClip({ ...options, fps: 24, gop: 12, video: 'mpeg2video', audio: 'mp2' }));
  source = await startSource({
    '/a.ts': playing(h264, { skipMs: 4000 }),
    '/b.ts': playing(h264, { skipMs: 3000 }),
    '/c.ts': playing(mpeg2, { skipMs: 4000 }),
  });
  engine = await startEngine([source.port]);
});

afterAll(async () => {
  await engine.close();
  await source.close();
});

/** Mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** What is open: files by their path, else a kind; sockets that clients keep for their next request do not count. */
const openFiles = (): string[] =>
  readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${name}`).replace(/:\[\d+\]$/, '');
      return target === 'socket' || target === '/proc/self/fd' ? [] : [target];
    } catch {
      return []; // the listing itself
    }
  });
const memoryMb = (): number => {
  globalThis.gc?.();
  const { rss } = process.memoryUsage();
  return rss / 2 ** 20;
};

/** Viewers who come, look at lists, flip and leave; what they are refused they ask for again. */
class Crowd {
  readonly #channelId: string;
  readonly #viewers = new Map<string, string>();
  readonly #asking = new Set<Promise<void>>();
  readonly refusals = new Map<string, number>();
  #names = 0;

  constructor(channelId: string) {
    this.#channelId = channelId;
  }

  get names(): string[] {
    return [...this.#viewers.keys()];
  }

  come(quality: string): void {
    if (this.#viewers.size < MOST_VIEWERS) this.flip(`somebody-${++this.#names}`, quality);
  }

  flip(name: string | undefined, quality: string): void {
    if (name === undefined) return;
    this.#viewers.set(name, quality);
    this.#ask(name, quality);
  }

  leave(name: string | undefined): void {
    if (name === undefined) return;
    this.#viewers.delete(name);
    engine.live.leave(this.#channelId, name);
  }

  /** All of them ask for their lists as players do. */
  look(): void {
    for (const [name, quality] of this.#viewers) this.#ask(name, quality);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#asking);
  }

  #ask(name: string, quality: string): void {
    const address = `${engine.origin}/${this.#channelId}/hls/${quality}.m3u8?v=${name}`;
    const asking: Promise<void> = fetch(address)
      .then(async (answer) => {
        const text = await answer.text();
        const code = answer.status === 200 ? null : `${answer.status} ${text.split(' ')[0]}`;
        if (code) this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
        // It left while it waited for its list.
        if (!this.#viewers.has(name)) engine.live.leave(this.#channelId, name);
      })
      .finally(() => this.#asking.delete(asking));
    this.#asking.add(asking);
  }
}

/** Whatever is opened once and for all is open after this. */
async function warmUp(): Promise<void> {
  const channel = engine.channel([`${source.origin}/c.ts`]);
  await new HlsFollower(`${engine.origin}/${channel.id}/hls/360p.m3u8?v=${channel.id}`).look();
  await engine.live.stop(channel.id);
}

const runningOf = (channelId: string): number =>
  (engine.live.statusOf(channelId)?.rungs ?? []).filter(hasEncoder).length;

it('200 random actions leave one ffmpeg for each running quality, then nothing at all (CLI-04, PROC-15)', async () => {
  const seed = Number(process.env.SIARAN_TEST_SEED ?? Date.now() % 1_000_000);
  const below = randomOf(seed);
  const pick = <T>(row: readonly T[]): T | undefined => row[below(row.length)];
  const urls = ['a', 'b', 'c'].map((name) => `${source.origin}/${name}.ts`);
  const channel = engine.channel(urls, { segmentDurationS: 1 });
  await warmUp();
  const before = { files: openFiles().length, mb: memoryMb() };
  const crowd = new Crowd(channel.id);
  const trail: string[] = [];
  const actions: Record<string, () => void> = {
    come: () => crowd.come(pick(QUALITIES)!),
    flip: () => crowd.flip(pick(crowd.names), pick(QUALITIES)!),
    leave: () => crowd.leave(pick(crowd.names)),
    stopRung: () => engine.live.stopRung(channel.id, pick(LiveRungId.options)!),
    switchSource: () => engine.live.switchTo(channel.id),
    failSource: () => source.cut(),
    kill: () => {
      const child = pick(ffmpegChildren());
      if (child) process.kill(child.pid, 'SIGKILL');
    },
  };
  const lots = [...Array(8).fill('come'), ...Array(10).fill('flip'), ...Array(6).fill('leave')];
  lots.push('stopRung', 'switchSource', 'failSource', 'kill');
  const told = () => `seed ${seed}, refused ${JSON.stringify([...crowd.refusals])}, did ${trail.join(' ')}`;
  let most = 0;
  crowd.come('source');
  for (let count = 0; count < ACTIONS; count++) {
    const action = pick(lots) as string;
    trail.push(action);
    try {
      actions[action]!();
    } catch (error) {
      trail.push((error as { code?: string }).code ?? String(error));
    }
    if (count % 8 === 0) crowd.look();
    await delay(PAUSE_MS);
    for (const rung of LiveRungId.options)
      most = Math.max(most, encoders().filter((child) => child.rung === rung).length);
  }
  expect(most, told()).toBe(1);
  await crowd.settled();
  const same = () => encoders().length === runningOf(channel.id);
  await until(() => `ffmpegs ${encoders().length}, running ${runningOf(channel.id)}; ${told()}`, same);

  // It still works: somebody new gets the segments of what can be had.
  const list = new HlsFollower(`${engine.origin}/${channel.id}/hls/source.m3u8?v=last-${channel.id}`);
  await until(told, async () => (await list.look().catch(() => false)) && list.copies.size >= 4);
  for (const name of [...crowd.names, `last-${channel.id}`]) crowd.leave(name);
  await until(
    () => `no encoder is left; ${told()}`,
    () => encoders().length === 0,
    10_000,
  );
  await engine.live.stop(channel.id);
  expect(ffmpegChildren(), told()).toEqual([]);
  await until('the source is left', () => source.open() === 0);
  await until(
    () => `files are closed: ${openFiles()} of ${before.files}; ${told()}`,
    () => openFiles().length <= before.files,
  );
  expect(memoryMb() - before.mb, told()).toBeLessThan(KEPT_MB);
}, 120_000);
