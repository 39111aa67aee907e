import { expect, test } from 'vitest';
import { LIVE_RUNGS } from '../../../lib/contract/live-rungs.ts';
import { createGovernor } from './governor.ts';
import type { EncoderPlace } from './types.ts';

const [high, middle, low] = LIVE_RUNGS;
const PACE = { speed: 1.01, lagMs: 300, cpuPercent: 40 };
const LATE = { speed: 0.8, lagMs: 3000, cpuPercent: 40 };

function setup({ limit = 0, cores = 2 } = {}) {
  let nowMs = 1000;
  const clock = { now: () => nowMs, monotonicMs: () => nowMs };
  const governor = createGovernor({ clock, limit: () => limit, cores });
  /** Lets seconds pass in which each place reports the same; gives each order with its second and place. */
  const pass = (seconds: number, readings: [string, EncoderPlace, typeof PACE][]): string[] => {
    const orders: string[] = [];
    for (let quarter = 1; quarter <= seconds * 4; quarter++) {
      nowMs += 250;
      for (const [name, place, reading] of readings) {
        const order = place.report(reading);
        if (order !== 'go-on') orders.push(`${quarter / 4} s: ${name} ${order}`);
      }
    }
    return orders;
  };
  return { governor, pass, wait: (ms: number) => (nowMs += ms) };
}

const refusal = (take: () => unknown) => {
  try {
    take();
    return null;
  } catch (error) {
    return error;
  }
};

test.each([
  [3, 2, 3],
  [0, 1, 4],
  [0, 2, 8],
])(
  'with a limit of %i and %i cores there are %i encoders, and a place that is given back counts',
  (limit, cores, most) => {
    const { governor } = setup({ limit, cores });
    const places = Array.from({ length: most }, (_, index) => governor.take(`channel-${index}`, low));
    expect(refusal(() => governor.take('one more', low))).toMatchObject({
      code: 'QUALITY_UNAVAILABLE',
      retryAfterSeconds: 5,
      message: expect.stringContaining(String(most)),
    });
    places[0]!.release();
    places[0]!.release();
    governor.take('one more', low);
    expect(refusal(() => governor.take('too many', low))).not.toBeNull();
  },
);

test('encoders that keep pace, or catch up, are left alone', () => {
  const { governor, pass } = setup();
  const one = governor.take('a', high);
  const two = governor.take('b', low);
  const catchesUp = { speed: 2.5, lagMs: 9000, cpuPercent: 90 };
  const slowButNear = { speed: 0.95, lagMs: 800, cpuPercent: 90 };
  expect(
    pass(20, [
      ['one', one, catchesUp],
      ['two', two, slowButNear],
    ]),
  ).toEqual([]);
});

test('when one is behind, the costliest of all channels is lowered, then given up, with calm between the steps', () => {
  const { governor, pass } = setup();
  const cheap = governor.take('a', low);
  const costly = governor.take('b', high);
  const orders = pass(13, [
    ['cheap', cheap, LATE],
    ['costly', costly, PACE],
  ]);
  expect(orders).toEqual(['3.25 s: costly lower', '9.25 s: costly give-up']);
});

test('of two alike the one that takes more of the processor goes first, even when it is lowered already', () => {
  const { governor, pass } = setup();
  const one = governor.take('a', middle);
  const two = governor.take('b', middle);
  expect(
    pass(4, [
      ['one', one, LATE],
      ['two', two, { ...LATE, cpuPercent: 60 }],
    ]),
  ).toEqual(['3.25 s: two lower']);
  const later = pass(8, [
    ['one', one, LATE],
    ['two', two, { ...PACE, cpuPercent: 35 }],
  ]);
  expect(later).toEqual(['5.25 s: two give-up']);
});

test('one that catches up in between is no reason for the next step', () => {
  const { governor, pass } = setup();
  const one = governor.take('a', high);
  expect(pass(4, [['one', one, LATE]])).toEqual(['3.25 s: one lower']);
  expect(pass(10, [['one', one, PACE]])).toEqual([]);
  expect(pass(2, [['one', one, LATE]])).toEqual([]);
  expect(pass(1, [['one', one, PACE]])).toEqual([]);
  expect(pass(2, [['one', one, LATE]])).toEqual([]);
});

test('while one is behind no costly encoder is added, and the reason names it; the lowest still is', () => {
  const { governor, pass, wait } = setup();
  const one = governor.take('a', high);
  pass(2, [['one', one, LATE]]);
  expect(refusal(() => governor.take('b', middle))).toMatchObject({
    code: 'QUALITY_UNAVAILABLE',
    message: expect.stringContaining('720p is 3 s behind'),
  });
  governor.take('b', low).release();
  // It has ended or begins anew: what it said is old.
  wait(3000);
  governor.take('b', middle);
});
