import { expect, test } from 'vitest';
import { AppError } from '../core/errors.ts';
import { createAttempts } from './attempts.ts';

function attempts() {
  let now = 1_000_000;
  const limit = createAttempts(() => now);
  const rules = [{ key: 'a@b|1.2.3.4', max: 10 }];
  const tryOnce = (): number => {
    try {
      limit.begin(rules);
      return 0;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      expect(error.code).toBe('TOO_MANY_REQUESTS');
      return error.retryAfterSeconds ?? -1;
    }
  };
  return { limit, rules, tryOnce, pass: (ms: number) => (now += ms) };
}

test('WEB-01: ten wrong attempts in a minute pass, the eleventh waits', () => {
  const { tryOnce, pass } = attempts();
  for (let n = 0; n < 10; n++) expect(tryOnce()).toBe(0);
  expect(tryOnce()).toBe(60);
  pass(59_000);
  expect(tryOnce()).toBe(1);
  pass(1_000);
  expect(tryOnce()).toBe(0);
});

test('WEB-01: who goes on waits twice as long, to a quarter of an hour at most', () => {
  const { tryOnce, pass } = attempts();
  const waits: number[] = [];
  for (let round = 0; round < 6; round++) {
    for (let n = 0; n < 10; n++) expect(tryOnce()).toBe(0);
    waits.push(tryOnce());
    pass((waits.at(-1) ?? 0) * 1000);
  }
  expect(waits).toEqual([60, 120, 240, 480, 900, 900]);
});

test('attempts that succeed are not counted, and forget the wrong ones before', () => {
  const { limit, rules, tryOnce } = attempts();
  for (let n = 0; n < 100; n++) {
    limit.begin(rules);
    limit.succeeded(rules);
  }
  for (let n = 0; n < 9; n++) expect(tryOnce()).toBe(0);
  limit.begin(rules);
  limit.succeeded(
    rules,
    rules.map((rule) => rule.key),
  );
  for (let n = 0; n < 10; n++) expect(tryOnce()).toBe(0);
  expect(tryOnce()).toBe(60);
});

test('another key has a limit of its own', () => {
  const { limit, tryOnce } = attempts();
  for (let n = 0; n < 11; n++) tryOnce();
  expect(() => limit.begin([{ key: 'c@d|1.2.3.4', max: 10 }])).not.toThrow();
});
