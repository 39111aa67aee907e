import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/errors.ts';
import {
  BACKOFF,
  chooseNext,
  type FailureSort,
  headersLimitMs,
  reasonOf,
  restMs,
  silenceLimitMs,
  sortOf,
} from './policy.ts';

describe('the next source', () => {
  it.each([
    ['the first one at start', 3, null, [], [], 0],
    ['the second at start while the first rests', 3, null, [], [0], 1],
    ['the second after the first', 3, 0, [0], [], 1],
    ['the third when the first two failed', 3, 1, [0, 1], [], 2],
    ['none when all failed', 3, 2, [0, 1, 2], [], null],
    ['none when those that are left rest', 3, 0, [0], [1, 2], null],
    ['the best one again after a worse one failed', 3, 2, [], [2], 0],
    ['the failed one itself when it had played and no other is left', 2, 0, [], [1], 0],
    ['the only one again when it had played', 1, 0, [], [], 0],
    ['none when the only one never played', 1, 0, [0], [], null],
    ['none without sources', 0, null, [], [], null],
  ] as const)('is %s', (_name, count, current, tried, resting, next) => {
    const rests = (index: number) => (resting as readonly number[]).includes(index);
    expect(chooseNext({ count, current, tried: new Set<number>(tried), rests })).toBe(next);
  });
});

describe('the policy table', () => {
  it.each([
    ['UPSTREAM_UNREACHABLE', 'unreachable'],
    ['UPSTREAM_STATUS', 'refused'],
    ['UPSTREAM_TIMEOUT', 'silent'],
    ['UPSTREAM_NOT_MEDIA', 'not-media'],
    ['PROVIDER_BUSY', 'busy'],
    ['ADDRESS_BLOCKED', 'unplayable'],
    ['INTERNAL', 'unreachable'],
  ] as const)('%s is %s', (code, sort) => {
    expect(sortOf(new AppError(code))).toBe(sort);
  });

  it('a failure that names its own sort is that', () => {
    expect(sortOf(new AppError('UPSTREAM_TIMEOUT', { details: { sort: 'sound-missing' } }))).toBe(
      'sound-missing',
    );
  });

  it.each([
    ['unreachable', 1, 0, 5000],
    ['unreachable', 2, 0, 10_000],
    ['unreachable', 3, 0, 20_000],
    ['unreachable', 30, 0, 60_000],
    ['unreachable', 1, 1, 6000],
    ['busy', 9, 0, 1000],
    ['sound-missing', 3, 0, 60_000],
    ['unplayable', 1, 0, 60_000],
  ] as const)('%s for the %i. time with jitter %i rests %i ms', (sort, failures, random, expected) => {
    expect(restMs({ sort, failures, random })).toBe(expected);
  });

  it('names each sort once, and none rests for less than a second', () => {
    const sorts: FailureSort[] = ['unreachable', 'refused', 'silent', 'picture-missing', 'sound-missing'];
    for (const sort of sorts) expect(BACKOFF[sort].firstMs).toBeGreaterThanOrEqual(1000);
  });
});

describe('limits', () => {
  it.each([
    ['steady pictures', Array<number>(100).fill(40), 2000],
    ['nothing yet', [], 2000],
    ['bursts of a second', [...Array<number>(100).fill(10), 1000, 1000, 1000], 4000],
    ['bursts of three seconds', Array<number>(20).fill(3000), 5000],
  ])('silence of %s', (_name, gaps, expected) => {
    expect(silenceLimitMs(gaps)).toBe(expected);
  });

  it('headers may take longer on the only source that is left', () => {
    expect([headersLimitMs(false), headersLimitMs(true)]).toEqual([10_000, 2500]);
  });

  it('a reason is the short one where there is one', () => {
    expect(
      reasonOf(new AppError('UPSTREAM_STATUS', { details: { reason: 'it answered with status 403' } })),
    ).toBe('it answered with status 403');
    expect(reasonOf(new AppError('UPSTREAM_STATUS'))).toContain('refused the request');
  });
});
