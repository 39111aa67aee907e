import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../core/errors.ts';
import type { LiveSource } from '../types.ts';
import { Breakers } from './breaker.ts';

const source = (url = 'http://a.example/1.ts'): LiveSource => ({
  id: 'one',
  kind: 'url',
  url,
  headers: {},
  label: 'a.example',
  account: null,
});
const refused = () => new AppError('UPSTREAM_STATUS');

let nowMs: number;
let breakers: Breakers;
beforeEach(() => {
  nowMs = 1000;
  breakers = new Breakers({ nowMs: () => nowMs, wallMs: () => nowMs, random: () => 0 });
});

/** Fails after having been tried; answers how long it then rests. */
function fail(livedMs: number | null, error = refused(), afterMs = livedMs ?? 100): number {
  breakers.tried(source());
  nowMs += afterMs;
  breakers.failed(source(), error, livedMs);
  return Math.max(0, breakers.of(source()).restUntilMs - nowMs);
}

describe('a source that failed', () => {
  it('rests until five seconds after it was tried, and twice as long each time it never played', () => {
    expect([fail(null), fail(null), fail(null)]).toEqual([4900, 9900, 19_900]);
    expect(breakers.rests(source())).toBe(true);
  });

  it('may be opened again at once when it had played for a while', () => {
    expect(fail(60_000)).toBe(0);
    expect(breakers.rests(source())).toBe(false);
  });

  it('SRC-11: does not flap: with lives of three seconds its rests grow', () => {
    expect([fail(3000), fail(3000), fail(3000), fail(3000)]).toEqual([2000, 7000, 17_000, 37_000]);
  });

  it('SRC-01: rests as long as its Retry-After says, from now on', () => {
    expect(fail(null, new AppError('UPSTREAM_STATUS', { retryAfterSeconds: 45 }), 2000)).toBe(45_000);
  });

  it('is not punished because its account was busy', () => {
    expect(fail(null, new AppError('PROVIDER_BUSY'))).toBe(1000);
    expect(breakers.of(source()).failures).toBe(0);
  });

  it('is remembered with its error, and forgotten when it has proved itself', () => {
    fail(null);
    expect(breakers.of(source()).lastError?.error.code).toBe('UPSTREAM_STATUS');
    breakers.proved(source());
    expect(breakers.of(source()).failures).toBe(0);
  });

  it('is another one when its address was changed', () => {
    fail(null);
    expect(breakers.rests(source('http://a.example/2.ts'))).toBe(false);
  });
});

describe('checks of a resting source', () => {
  it('prove it one by one, five seconds apart', () => {
    expect(breakers.checked(source(), null)).toBe(1);
    expect(breakers.of(source()).restUntilMs - nowMs).toBe(5000);
    expect(breakers.checked(source(), null)).toBe(2);
  });

  it('SRC-07: a list that has not moved since proves nothing', () => {
    expect([1, 2, 3].map(() => breakers.checked(source(), '7 seg7.ts'))).toEqual([1, 1, 1]);
    expect(breakers.checked(source(), '8 seg8.ts')).toBe(2);
  });

  it('begin anew after a failure', () => {
    breakers.checked(source(), null);
    fail(null);
    expect(breakers.checked(source(), null)).toBe(1);
  });

  it('come at longer distances after each relapse, until it has proved itself', () => {
    breakers.relapsed(source());
    breakers.relapsed(source());
    breakers.checked(source(), null);
    expect(breakers.of(source()).restUntilMs - nowMs).toBe(20_000);
    breakers.proved(source());
    breakers.checked(source(), null);
    expect(breakers.of(source()).restUntilMs - nowMs).toBe(5000);
  });
});
