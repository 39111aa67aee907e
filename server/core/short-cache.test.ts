import { beforeEach, expect, it, vi } from 'vitest';
import { ShortCache } from './short-cache.ts';

let nowMs: number;
const load = vi.fn<(key: string) => Promise<string>>();
let cache: ShortCache<string>;
beforeEach(() => {
  nowMs = 0;
  load.mockReset();
  load.mockImplementation(async (key) => `${key}@${nowMs}`);
  cache = new ShortCache(load, { freshMs: 1000, staleMs: 60_000, max: 10, nowMs: () => nowMs });
});

it('asks once for all who ask at the same time, and again when the moment is over', async () => {
  expect(await Promise.all([cache.get('a'), cache.get('a'), cache.get('a')])).toEqual(['a@0', 'a@0', 'a@0']);
  nowMs = 999;
  expect(await cache.get('a')).toBe('a@0');
  nowMs = 1000;
  expect(await cache.get('a')).toBe('a@1000');
  expect(load).toHaveBeenCalledTimes(2);
});

it('asks at once after something changed, also when an older answer is on its way', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  load.mockImplementationOnce(() => promise);
  const early = cache.get('a');
  cache.expire();
  expect(await cache.get('a')).toBe('a@0');
  resolve('old');
  expect(await early).toBe('old');
  expect(await cache.get('a')).toBe('a@0');
});

it('gives the last answer while the slow thing fails, but not for ever', async () => {
  await cache.get('a');
  load.mockRejectedValue(new Error('away'));
  nowMs = 30_000;
  expect(await cache.get('a')).toBe('a@0');
  nowMs = 60_000;
  await expect(cache.get('a')).rejects.toThrow('away');
  await expect(cache.get('b')).rejects.toThrow('away');
});
