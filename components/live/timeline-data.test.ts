import { describe, expect, it } from 'vitest';
import type { StreamSwitch } from '../../lib/contract/streams.ts';
import { curveOf, markersOf, onAirOf, spanOf } from './timeline-data.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const samples = (count: number, silent: readonly number[] = []) => ({
  step_seconds: 10,
  in_bits_per_second: Array.from({ length: count }, (_, i) => (silent.includes(i) ? 0 : 1)),
  out_bits_per_second: [],
  viewers: [],
});
const change = (agoS: number, from: number, to: number): StreamSwitch => ({
  at: new Date(NOW - agoS * 1000).toISOString(),
  from_position: from,
  to_position: to,
  cause: 'fault',
  reason: 'the source went silent',
  gap_ms: 900,
});
const stream = (switches: StreamSwitch[], source_position: number, silent: readonly number[] = []) => ({
  switches,
  source_position,
  samples: samples(11, silent),
});
const span = { startMs: NOW - 100_000, endMs: NOW };

describe('the time line of a stream', () => {
  it('covers what was sampled, and needs two values', () => {
    expect(spanOf(samples(1), NOW)).toBeNull();
    expect(spanOf(samples(11), NOW)).toEqual(span);
  });

  it('shows the current source all along when nothing was switched', () =>
    expect(onAirOf(span, stream([], 1))).toEqual([{ position: 1, from: 0, to: 1 }]));

  it('divides the time at the switches, oldest first', () => {
    const switches = [change(25, 1, 0), change(75, 0, 1)];
    expect(onAirOf(span, stream(switches, 0))).toEqual([
      { position: 0, from: 0, to: 0.25 },
      { position: 1, from: 0.25, to: 0.75 },
      { position: 0, from: 0.75, to: 1 },
    ]);
    expect(markersOf(span, switches)).toEqual([
      { number: 1, at: 0.25 },
      { number: 2, at: 0.75 },
    ]);
  });

  it('leaves out what was before the curve, but not what it led to, and keeps the numbers of the history', () => {
    const switches = [change(50, 2, 1), change(500, 0, 2)];
    expect(onAirOf(span, stream(switches, 1))).toEqual([
      { position: 2, from: 0, to: 0.5 },
      { position: 1, from: 0.5, to: 1 },
    ]);
    expect(markersOf(span, switches)).toEqual([{ number: 2, at: 0.5 }]);
  });

  it('shows no source while nothing came', () => {
    expect(onAirOf(span, stream([], 0, [0, 1, 2, 8]))).toEqual([
      { position: 0, from: 0.2, to: 0.7 },
      { position: 0, from: 0.8, to: 1 },
    ]);
    expect(onAirOf(span, stream([], 0, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))).toEqual([]);
  });

  it('draws zero at the foot and the highest value at the top', () => {
    expect(curveOf([0, 10], 100, 40)).toBe('M0 39L100 1');
    expect(curveOf([0, 0], 100, 40)).toBe('M0 39L100 39');
    expect(curveOf([5], 100, 40)).toBeNull();
  });
});
