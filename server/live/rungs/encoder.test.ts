import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIVE_RUNGS } from '../../../lib/contract/live-rungs.ts';
import { until } from '../../../tests/support/until.ts';
import { systemClock } from '../../core/clock.ts';
import type { Supervisor } from '../../media/ffmpeg/supervisor.ts';
import { eachStartCode, nalAt } from '../../media/ts/bits.ts';
import { describePicture } from '../../media/ts/describe.ts';
import type { VideoUnit } from '../../media/ts/streams.ts';
import { makeClip } from '../../media/ts/test-clips.ts';
import { type EncoderStart, RungEncoder } from './encoder.ts';
import { SOFTWARE } from './encoder-args.ts';
import { planRung } from './ladder.ts';
import { TestFeed, testSupervisor } from './test-feed.ts';

const rung = LIVE_RUNGS[2];
const GRID = 180_000;
let supervisor: ReturnType<typeof testSupervisor>;
beforeAll(() => {
  supervisor = testSupervisor();
});
afterAll(async () => {
  expect(supervisor.running()).toEqual([]);
  await supervisor.end();
});

type Made = { units: VideoUnit[]; encoder: RungEncoder; wrongPhase: number | null };

/** All that an encoder makes of the pictures that are there already. */
async function make(feed: TestFeed, options: Partial<EncoderStart> = {}): Promise<Made> {
  const start = { rung, feed, fromTicks: 0, encoder: SOFTWARE, plan: null, lowered: false, leadTicks: 0 };
  const made: Omit<Made, 'encoder'> = { units: [], wrongPhase: null };
  const encoder = new RungEncoder(
    { ...start, ...options },
    {
      ffmpeg: supervisor as Supervisor,
      clock: systemClock,
      onUnit: (unit) => made.units.push(unit),
      onEnd: (line) => expect.unreachable(line),
      onWrongPhase: (leadTicks) => {
        made.wrongPhase = leadTicks;
      },
    },
  );
  const nearlyAll = () => made.wrongPhase !== null || (encoder.lagMs !== null && encoder.lagMs < 800);
  await until('nearly all is made', nearlyAll);
  await encoder.finish(10_000);
  expect(feed.followers).toBe(0);
  return { ...made, encoder };
}

const times = (units: VideoUnit[]) => units.map((unit) => unit.pts).sort((a, b) => a - b);
const keys = (units: VideoUnit[]) => units.filter((unit) => unit.key).map((unit) => unit.pts);
const spsOf = (units: VideoUnit[]): string[] => {
  const found = new Set<string>();
  for (const { data } of units)
    eachStartCode(data, (at) => {
      if ((data[at]! & 0x1f) === 7) found.add(nalAt(data, at).toString('hex'));
      return undefined;
    });
  return [...found];
};

const progressive = makeClip({ seconds: 3, size: '640x400', gop: 27, bframes: 2, audio: null });

test('a rung has the times and the keyframes of its source to the tick, without B-frames', async () => {
  const feed = new TestFeed(progressive, { offsetTicks: 12_345 });
  const { units, encoder } = await make(feed);
  expect(units.map((unit) => unit.pts)).toEqual(times(feed.units));
  expect(units.every((unit) => unit.pts === unit.dts)).toBe(true);
  expect(keys(units)).toEqual(keys(feed.units));
  expect(encoder.plan).toMatchObject({ width: 576, height: 360 });
  const plan = planRung(rung, { width: 640, height: 400, sampleAspect: 1 }, 25);
  expect(describePicture('h264', units[0]!.data)).toMatchObject({
    width: plan.width,
    height: plan.height,
    sampleAspect: 1,
    codecString: plan.codecString,
  });
});

test('times go on over the wrap of 33 bits', async () => {
  const feed = new TestFeed(progressive, { offsetTicks: 2 ** 33 - 300_000 });
  const { units } = await make(feed);
  expect(units.map((unit) => unit.pts)).toEqual(times(feed.units));
  expect(keys(units)).toEqual(keys(feed.units));
});

test('a rung that joins later has the same keyframes as one that is there', async () => {
  const feed = new TestFeed(progressive);
  const all = await make(feed);
  const later = await make(feed, { fromTicks: keys(feed.units)[1]! + 10 });
  expect(keys(later.units)).toEqual(keys(all.units).slice(1));
});

test('a lowered rung has half the pictures, every keyframe and the same parameter set', async () => {
  const feed = new TestFeed(progressive);
  const whole = await make(feed);
  const { units } = await make(feed, { lowered: true });
  expect(Math.abs(units.length - whole.units.length / 2)).toBeLessThan(4);
  expect(keys(units)).toEqual(keys(feed.units));
  expect(spsOf(units)).toEqual(spsOf(whole.units));
  expect(spsOf(units)).toHaveLength(1);
});

test('a source that turns into another size and shape changes nothing of the rung', async () => {
  const feed = new TestFeed(progressive);
  const other = new TestFeed(makeClip({ seconds: 1, size: '480x480', gop: 25, audio: null }), {
    offsetTicks: feed.newestTicks,
  });
  feed.units.push(...other.units);
  const { units } = await make(feed);
  expect(keys(units)).toEqual(keys(feed.units));
  expect(spsOf(units)).toHaveLength(1);
  // The filters begin anew: the picture that they held back is lost.
  const missing = times(feed.units).filter((pts) => !units.some((unit) => unit.pts === pts));
  expect(missing.length).toBeLessThanOrEqual(1);
});

const interlaced = makeClip({
  seconds: 5,
  size: '720x576',
  video: 'mpeg2video',
  gop: 12,
  bframes: 2,
  audio: null,
  extra: ['-flags', '+ilme+ildct', '-vf', 'setsar=16/11,setfield=tff', '-b:v', '2M'],
});

test('encoders of an interlaced MPEG-2 source have one grid of keyframes, wherever they begin', async () => {
  const feed = new TestFeed(interlaced, { gridTicks: GRID, offsetTicks: 100_000_007 });
  const [first, , later] = keys(feed.units);
  const one = await make(feed, { fromTicks: first! });
  const two = await make(feed, { fromTicks: later! });
  expect(one.wrongPhase).toBeNull();
  expect(one.units[0]!.pts).toBe(first);
  expect(two.units[0]!.pts).toBe(later);
  const onGrid = (made: Made) => keys(made.units).slice(1);
  expect(onGrid(one).length).toBeGreaterThanOrEqual(2);
  for (const pts of onGrid(one)) expect(pts % GRID).toBeLessThan(3600);
  for (const pts of onGrid(two)) expect(onGrid(one)).toContain(pts);
  expect(describePicture('h264', one.units[0]!.data)).toMatchObject({ width: 640, height: 360 });
});

test('a lowered rung of such a source keeps the grid', async () => {
  const feed = new TestFeed(interlaced, { gridTicks: GRID, offsetTicks: 100_000_007 });
  const whole = await make(feed);
  const { units } = await make(feed, { lowered: true });
  expect(units.length).toBeLessThan(whole.units.length * 0.6);
  expect(keys(units)).toEqual(keys(whole.units));
});

test('an encoder whose first picture is not the one it was fed tells by how much', async () => {
  const feed = new TestFeed(interlaced, { gridTicks: GRID });
  const { wrongPhase, units } = await make(feed, { leadTicks: 3600 });
  expect(wrongPhase).toBe(0);
  expect(units).toEqual([]);
});

test('an HEVC source gets pictures that browsers play, not larger than its own', async () => {
  const clip = makeClip({ seconds: 3, size: '320x180', video: 'libx265', gop: 25, audio: null });
  const feed = new TestFeed(clip, { gridTicks: GRID });
  const { units } = await make(feed);
  expect(units.map((unit) => unit.pts)).toEqual(times(feed.units));
  expect(keys(units).slice(1)).toEqual(
    [180_000, 360_000].map((at) => Math.ceil(at / 3600) * 3600).filter((at) => at > units[0]!.pts),
  );
  expect(describePicture('h264', units[0]!.data)).toMatchObject({ width: 320, height: 180 });
});
