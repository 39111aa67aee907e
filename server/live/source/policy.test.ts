import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/errors.ts';
import { chooseNext, headersLimitMs, reasonOf, retryDelayMs, silenceLimitMs } from './policy.ts';

describe('the next source', () => {
  it.each([
    ['the second after the first at start', 3, 0, null, [], 1, [0]],
    ['the third when the first two failed', 3, 1, null, [0], 2, [0, 1]],
    ['none when all failed', 3, 2, null, [0, 1], null, [0, 1, 2]],
    ['none when the only one never played', 1, 0, null, [], null, [0]],
    ['the only one again when it had proved itself', 1, 0, 60_000, [], 0, []],
    ['none when the only one lives three seconds at a time', 1, 0, 3000, [], null, [0]],
    ['around the end of the list', 3, 2, null, [], 0, [2]],
    ['all again, the others first, after one had proved itself', 3, 1, 20_000, [0, 2], 2, []],
  ] as const)('is %s', (_name, count, current, livedMs, tried, next, triedAfter) => {
    const choice = chooseNext({ count, current, livedMs, tried: new Set<number>(tried) });
    expect([choice.next, [...choice.tried]]).toEqual([next, triedAfter]);
  });
});

describe('limits', () => {
  it.each([
    [1, 0, 0, 5000],
    [2, 0, 0, 10_000],
    [3, 0, 0, 20_000],
    [9, 0, 0, 30_000],
    [1, 1, 0, 6000],
    [1, 0, 45_000, 45_000],
    [1, 0, 9_999_999, 300_000],
  ])('round %i with jitter %i and Retry-After %i ms waits %i ms', (round, random, retryAfterMs, expected) => {
    expect(retryDelayMs(round, random, retryAfterMs)).toBe(expected);
  });

  it.each([
    ['steady pictures', Array<number>(100).fill(40), 2000],
    ['nothing yet', [], 2000],
    ['bursts of a second', [...Array<number>(100).fill(10), 1000, 1000, 1000], 4000],
    ['bursts of three seconds', Array<number>(20).fill(3000), 5000],
  ])('silence of %s', (_name, gaps, expected) => {
    expect(silenceLimitMs(gaps)).toBe(expected);
  });

  it('headers may take longer on the only source', () => {
    expect([headersLimitMs(1), headersLimitMs(2)]).toEqual([10_000, 2500]);
  });

  it('a reason is the short one where there is one', () => {
    expect(
      reasonOf(new AppError('UPSTREAM_STATUS', { details: { reason: 'it answered with status 403' } })),
    ).toBe('it answered with status 403');
    expect(reasonOf(new AppError('UPSTREAM_STATUS'))).toContain('refused the request');
  });
});
