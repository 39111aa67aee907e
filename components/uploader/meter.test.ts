import { describe, expect, it } from 'vitest';
import { Meter, secondsLeft, shareOf } from './meter.ts';

describe('the speed of an upload', () => {
  it('is not named before there is enough to tell', () => {
    const meter = new Meter();
    expect(meter.rate()).toBeNull();
    meter.add(0, 0);
    meter.add(100, 1000);
    expect(meter.rate()).toBeNull();
  });

  it('is the mean of the last seconds only', () => {
    const meter = new Meter();
    for (let s = 0; s <= 20; s += 1) meter.add(s * 1000, s * 1_000_000);
    for (let s = 21; s <= 30; s += 1) meter.add(s * 1000, 20_000_000 + (s - 20) * 5_000_000);
    expect(meter.rate()).toBe(5_000_000);
  });

  it('begins anew when the server has less than was thought', () => {
    const meter = new Meter();
    meter.add(0, 0);
    meter.add(2000, 4000);
    meter.add(2100, 1000);
    expect(meter.rate()).toBeNull();
    meter.add(4100, 3000);
    expect(meter.rate()).toBe(1000);
  });
});

describe('the rest', () => {
  it('is a time at this speed', () => expect(secondsLeft(10_000, 500)).toBe(20));
  it('is unknown when nothing moves', () => {
    expect(secondsLeft(10, 0)).toBeNull();
    expect(secondsLeft(10, null)).toBeNull();
  });
  it('of several files is weighed by their bytes', () => {
    expect(
      shareOf([
        { sizeBytes: 900, sentBytes: 900 },
        { sizeBytes: 100, sentBytes: 0 },
      ]),
    ).toBe(0.9);
    expect(shareOf([])).toBe(0);
  });
});
