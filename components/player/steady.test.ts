import { beforeEach, describe, expect, it } from 'vitest';
import { Steady } from './steady.ts';

const COUNT = 4;
let nowMs: number;
let steady: Steady;
beforeEach(() => {
  nowMs = 100_000;
  steady = new Steady(() => nowMs);
});
const choose = (wanted: number, current: number, afterMs = 0): number => {
  nowMs += afterMs;
  return steady.choose(wanted, current, COUNT);
};

describe('Auto stays calm, because each quality is an encoder on the server (S3.3)', () => {
  it('takes the first quality and every lower one at once', () => {
    expect(choose(2, -1)).toBe(2);
    expect(choose(0, 2)).toBe(0);
  });

  it('has only the lowest quality, or the next that is not refused, at a place that has to be made first', () => {
    steady.lowestOnly = true;
    expect(choose(3, 2)).toBe(0);
    expect(choose(3, 0, 60_000)).toBe(0);
    steady.rest(0, 20_000);
    expect(choose(3, 2)).toBe(1);
    steady.lowestOnly = false;
    expect(choose(3, 3, 30_000)).toBe(3);
  });

  it('goes up only when the line has carried more for a while', () => {
    choose(1, 1);
    expect(choose(3, 1)).toBe(1);
    expect(choose(3, 1, 5000)).toBe(1);
    expect(choose(3, 1, 1100)).toBe(3);
  });

  it('begins to wait again when the line was too slow in between', () => {
    choose(1, 1);
    choose(3, 1, 5000);
    choose(1, 1, 500);
    expect(choose(3, 1, 1000)).toBe(1);
    expect(choose(3, 1, 5900)).toBe(1);
    expect(choose(3, 1, 200)).toBe(3);
  });

  it('waits twice as long after a climb that did not last', () => {
    choose(1, 1);
    choose(3, 1);
    expect(choose(3, 1, 6100)).toBe(3);
    choose(3, 3);
    expect(choose(1, 3, 8000)).toBe(1);
    choose(3, 1);
    expect(choose(3, 1, 6100)).toBe(1);
    expect(choose(3, 1, 6100)).toBe(3);
  });

  it('stays where it is until the other quality has been started', () => {
    let started = false;
    steady.isReady = () => started;
    expect(choose(2, -1)).toBe(2);
    expect(choose(0, 2)).toBe(2);
    started = true;
    expect(choose(0, 2)).toBe(0);
  });

  it('does not take the beginning for a climb', () => {
    choose(2, -1);
    choose(2, 2);
    choose(0, 2, 3000);
    choose(2, 0);
    choose(2, 0);
    expect(choose(2, 0, 6100)).toBe(2);
  });

  it('never goes above the quality that was preselected', () => {
    steady.ceiling = 2;
    expect(choose(3, -1)).toBe(2);
    choose(3, 2);
    expect(choose(3, 2, 60_000)).toBe(2);
    expect(choose(1, 2)).toBe(1);
  });

  it('passes over a refused quality to the next lower one, else to a higher one', () => {
    steady.rest(2, 0);
    expect(choose(2, 2)).toBe(1);
    steady.rest(0, 0);
    expect(choose(0, 0)).toBe(1);
  });

  it('offers a refused quality again later, each time a little later, until it has worked', () => {
    expect(steady.rest(2, 0)).toBe(20_000);
    expect(steady.isResting(2)).toBe(true);
    nowMs += 20_000;
    expect(steady.isResting(2)).toBe(false);
    expect(steady.rest(2, 0)).toBe(40_000);
    expect(steady.rest(2, 100_000)).toBe(100_000);
    expect(steady.rest(2, 0)).toBe(120_000);
    steady.proved(2);
    expect(steady.isResting(2)).toBe(false);
    expect(steady.rest(2, 0)).toBe(20_000);
  });
});
