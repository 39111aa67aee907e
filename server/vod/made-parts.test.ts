import { expect, test } from 'vitest';
import { percentOfParts } from './made-parts.ts';

const rowOf = (...ranges: [from: number, to: number][]): Set<number> =>
  new Set(ranges.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i)));

test('the parts of a short video are its segments, with what of the qualities is there of each', () => {
  expect(percentOfParts([rowOf([0, 3]), rowOf([0, 2])], 4, 4)).toEqual([100, 100, 50, 0]);
});

test('the parts of a long video hold several segments, and one out of order is seen as an island', () => {
  const row = rowOf([0, 25], [60, 61]);
  expect(percentOfParts([row], 100, 10)).toEqual([100, 100, 50, 0, 0, 0, 10, 0, 0, 0]);
});

test('every segment belongs to exactly one part, whatever the numbers', () => {
  for (const [count, parts] of [
    [1, 1],
    [49, 48],
    [95, 48],
    [1807, 48],
  ] as const) {
    expect(percentOfParts([rowOf([0, count])], count, parts)).toEqual(Array(parts).fill(100));
    const single = percentOfParts([rowOf([count - 1, count])], count, parts);
    expect(single.filter((percent) => percent > 0)).toHaveLength(1);
    expect(single.at(-1)).toBeGreaterThan(0);
  }
});
