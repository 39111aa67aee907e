import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LIVE_RUNGS, type RungEvent } from '../../../lib/contract/live-rungs.ts';
import { until } from '../../../tests/support/until.ts';
import { systemClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import type { VideoUnit } from '../../media/ts/streams.ts';
import { makeClip } from '../../media/ts/test-clips.ts';
import { NVENC } from './hardware.ts';
import { Rung } from './rung.ts';
import { noLimit, TestFeed, testSupervisor } from './test-feed.ts';
import type { EncoderChoice, EncoderPlace, Governor, SourceFeed } from './types.ts';

const TICK_MS = 100;
const clip = makeClip({ seconds: 3, size: '640x360', gop: 25, audio: null });
const mpeg2 = makeClip({ seconds: 3, size: '640x360', video: 'mpeg2video', gop: 12, audio: null });
let supervisor: ReturnType<typeof testSupervisor>;
const benches: Bench[] = [];
beforeAll(() => {
  supervisor = testSupervisor();
});
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.end();
  expect(supervisor.running()).toEqual([]);
});
afterAll(() => supervisor.end());

type BenchState = {
  viewers: number;
  feed: SourceFeed | null;
  aheadMs: number;
  /** Instead of the encoder's own. */
  args: string[] | null;
};
type Bench = {
  rung: Rung;
  feed: TestFeed;
  units: VideoUnit[];
  events: string[];
  begins: number[];
  /** The most children that there were at once. */
  most(): number;
  set(patch: Partial<BenchState>): void;
  end(): Promise<void>;
};

/** A rung of a channel that plays in real time, looked after as its session does. */
function bench(options: { governor?: Governor; encoders?: EncoderChoice } = {}): Bench {
  const feed = new TestFeed(clip);
  let state: BenchState = { viewers: 1, feed, aheadMs: 0, args: null };
  let most = 0;
  const units: VideoUnit[] = [];
  const events: string[] = [];
  const begins: number[] = [];
  const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + state.aheadMs };
  const rung = new Rung(LIVE_RUNGS[2], {
    channelId: 'channel',
    clock,
    ffmpeg: {
      start: (spec) => {
        const child = supervisor.start(state.args ? { ...spec, args: state.args } : spec);
        most = Math.max(most, supervisor.running().length);
        return child;
      },
    },
    log: silentLog(),
    governor: options.governor ?? noLimit,
    ...(options.encoders && { encoders: options.encoders }),
    feed: () => state.feed,
    begin: () => {
      begins.push(feed.newestTicks - 90_000);
      return begins.at(-1)!;
    },
    onUnit: (unit) => units.push(unit),
    onEvent: (event: RungEvent['event'], reason) => events.push(`${event}: ${reason}`),
  });
  const timer = setInterval(() => rung.tick(clock.monotonicMs(), state.viewers), TICK_MS);
  const made: Bench = {
    rung,
    feed,
    units,
    events,
    begins,
    most: () => most,
    set: (patch) => {
      state = { ...state, ...patch };
    },
    end: async () => {
      clearInterval(timer);
      feed.stop();
      await rung.close();
      expect(feed.followers).toBe(0);
    },
  };
  benches.push(made);
  feed.play();
  return made;
}

const running = (made: Bench) => until('it runs', () => made.rung.facts().state === 'running', 8000);
const pidOf = () => supervisor.running()[0]!.pid!;
const refusal = (rung: Rung): { code?: string; message?: string; retryAfterSeconds?: number } => {
  try {
    rung.want();
    return {};
  } catch (error) {
    return error as { code: string };
  }
};

test('an encoder begins with the first viewer, tells how it does, and ends with the last one', async () => {
  const made = bench();
  expect(made.rung.facts()).toMatchObject({ state: 'off', encoder: null, started_at: null });
  made.rung.want();
  made.rung.want();
  expect(made.rung.facts().state).toBe('starting');
  await running(made);
  const facts = await until('it has been measured and has caught up', () => {
    const seen = made.rung.facts();
    const near = seen.lag_ms !== null && seen.lag_ms < 1000;
    return near && seen.speed !== null && seen.cpu_percent !== null && seen;
  });
  expect(facts).toMatchObject({ width: 640, height: 360, encoder: 'libx264', restarts: 0, reason: null });
  expect(facts.speed).toBeGreaterThan(0.5);
  made.set({ viewers: 0, aheadMs: 5000 });
  await until(
    'it is off',
    () => made.rung.facts().state === 'off' && supervisor.running().length === 0,
    3000,
  );
  expect(made.most()).toBe(1);
  expect(made.events).toEqual(['started: Its first viewer came.', 'stopped: Nobody watches it any more.']);
});

test.each([
  ['is killed', 'SIGKILL', 'restarted: The encoder ended'],
  ['stops answering', 'SIGSTOP', 'restarted: The encoder hung.'],
] as const)('an encoder that %s is replaced and goes on within five seconds', async (_how, signal, event) => {
  const made = bench();
  made.rung.want();
  await running(made);
  const before = made.feed.newestTicks;
  process.kill(pidOf(), signal);
  await until('it goes on', () => (made.units.at(-1)?.pts ?? 0) > before + 90_000, 5000);
  expect(made.events.at(-1)).toContain(event);
  expect(made.rung.facts()).toMatchObject({ state: 'running', restarts: 1 });
  expect(made.most()).toBe(1);
  const first = made.units.findIndex((unit, index) => unit.pts < (made.units[index - 1]?.pts ?? 0));
  if (first > 0) expect(made.units[first]!.key).toBe(true);
});

test('an encoder that fails again and again is refused for a while, with its last words', async () => {
  const made = bench();
  made.set({ args: ['-no_such_option'] });
  made.rung.want();
  let aheadMs = 0;
  await until('it is refused', () => {
    // The pauses between its starts pass faster.
    aheadMs += 100;
    made.set({ aheadMs });
    return made.rung.facts().state === 'refused';
  });
  expect(made.events.some((event) => event.includes('Option not found'))).toBe(true);
  expect(made.events.filter((event) => event.startsWith('restarted'))).toHaveLength(4);
  expect(refusal(made.rung)).toMatchObject({
    code: 'QUALITY_UNAVAILABLE',
    message: 'Its encoder failed again and again. Choose another quality for now.',
    retryAfterSeconds: 30,
  });
  made.set({ args: null, aheadMs: aheadMs + 30_000 });
  made.rung.want();
  await running(made);
});

test('a source with another codec gets another encoder when the old one has given out what it held', async () => {
  const made = bench();
  made.rung.want();
  await running(made);
  made.rung.sourceChanged();
  expect(made.events).toHaveLength(1);
  const last = made.feed.newestTicks;
  const next = new TestFeed(mpeg2, { gridTicks: 180_000, offsetTicks: last });
  made.feed.stop();
  made.set({ feed: next });
  made.rung.sourceChanged();
  await until('pictures of the new source', () => made.units.at(-1)!.pts > last + 90_000, 5000);
  expect(made.units.some((unit) => unit.pts === last)).toBe(true);
  expect(made.events.at(-1)).toBe('restarted: The source has other codecs now.');
  expect(made.most()).toBe(1);
});

test('what the governor says is done: every second picture, then nothing for a while', async () => {
  const orders: ReturnType<EncoderPlace['report']>[] = [];
  let released = 0;
  const place: EncoderPlace = { report: () => orders.shift() ?? 'go-on', release: () => released++ };
  const made = bench({ governor: { take: () => place } });
  made.rung.want();
  await running(made);
  orders.push('lower');
  await until('it is lowered', () => made.rung.facts().state === 'lowered', 5000);
  expect(made.rung.facts().reason).toContain('every second picture');
  expect(made.most()).toBe(1);
  orders.push('give-up');
  await until('it is refused', () => made.rung.facts().state === 'refused', 5000);
  expect(released).toBe(1);
  expect(refusal(made.rung)).toMatchObject({ code: 'QUALITY_UNAVAILABLE', retryAfterSeconds: 60 });
});

test('a hardware encoder that fails at work is reported and replaced by the one in software', async () => {
  const failed: string[] = [];
  const encoders: EncoderChoice = { current: () => NVENC, failed: ({ name }) => failed.push(name) };
  const made = bench({ encoders });
  made.rung.want();
  await running(made);
  expect(failed).toEqual(['h264_nvenc']);
  expect(made.rung.facts()).toMatchObject({ encoder: 'libx264', restarts: 1 });
});

test('an admin stops it for a while', async () => {
  const made = bench();
  made.rung.want();
  await running(made);
  made.rung.block('An admin stopped it.', 10_000);
  expect(made.rung.facts()).toMatchObject({ state: 'refused', reason: 'An admin stopped it.' });
  expect(refusal(made.rung)).toMatchObject({ message: 'An admin stopped it.', retryAfterSeconds: 10 });
  await until('it is gone', () => supervisor.running().length === 0, 3000);
  made.set({ aheadMs: 10_000 });
  await until('it may begin again', () => made.rung.facts().state === 'off', 1000);
});

test('viewers that come and go all the time leave no second encoder and none behind (CLI-04)', async () => {
  const made = bench();
  for (let round = 0; round < 24; round++) {
    made.rung.want();
    // Now and then it is there when they leave, now and then it has only begun.
    if (round % 3 === 0) await until('it has begun', () => supervisor.running().length === 1, 3000);
    if (round % 6 === 0) await running(made);
    made.rung.block('An admin stopped it.', 0);
  }
  expect(made.most()).toBe(1);
  await until('the last one is gone', () => supervisor.running().length === 0, 3000);
});
