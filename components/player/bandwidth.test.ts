import { describe, expect, it } from 'vitest';
import { expectedBitsPerSecond, firstIndex, lowerIndex, rememberBitsPerSecond } from './bandwidth.ts';

const storage = (start: string | null = null) => {
  let value = start;
  return {
    getItem: () => value,
    setItem: (_key: string, next: string) => {
      value = next;
    },
  };
};

describe('what a line is expected to carry before anything was measured (S3.11)', () => {
  it('is what it carried last time', () => {
    const kept = storage();
    rememberBitsPerSecond(kept, 812_345.6);
    expect(expectedBitsPerSecond(kept, { connection: { downlink: 10 } })).toBe(812_346);
  });

  it('is what the browser thinks of a slow line, and 5 Mb/s where nobody knows', () => {
    expect(expectedBitsPerSecond(storage(), { connection: { downlink: 0.3, effectiveType: '3g' } })).toBe(
      300_000,
    );
    expect(expectedBitsPerSecond(storage(), { connection: { downlink: 1.5, effectiveType: '4g' } })).toBe(
      5_000_000,
    );
    expect(expectedBitsPerSecond(storage(), {})).toBe(5_000_000);
  });

  it('does not remember nonsense', () => {
    const kept = storage();
    rememberBitsPerSecond(kept, Number.NaN);
    expect(expectedBitsPerSecond(storage('x'), {})).toBe(5_000_000);
    expect(kept.getItem()).toBeNull();
  });

  it.each([
    [3_000_000, 2, 2],
    [3_000_000, 3, 2],
    [1_200_000, 2, 0],
    [1_300_000, 2, 1],
    [100_000, 3, 0],
    [20_000_000, 3, 3],
  ])('a line of %i b/s under a ceiling of %i begins with %i', (line, ceiling, index) =>
    expect(firstIndex([700_000, 1_150_000, 2_700_000, 6_000_000], ceiling, line)).toBe(index),
  );

  it.each([
    [3_000_000, 2],
    [1_000_000, 0],
    [1_500_000, 1],
  ])('a line that now carries %i b/s leads to %i', (line, index) =>
    expect(lowerIndex([700_000, 1_150_000, 2_700_000, 6_000_000], 2, line)).toBe(index),
  );
});
