import { expect, test } from 'vitest';
import { isAtEndOf, placeToMake } from './seek-place';

/** Segments of six seconds, as hls.js has them when the first one decodes 80 ms before it is shown. */
const segments = [0, 1, 2].map((k) => ({ start: k * 6 + 0.08, end: (k + 1) * 6 + 0.08 }));

test('a place at a boundary is looked for in the segment that begins there', () => {
  expect(placeToMake(segments, 6)).toBeCloseTo(6.081, 6);
  expect(placeToMake(segments, 12.07)).toBeCloseTo(12.081, 6);
});

test('any other place stays where it is', () => {
  expect(placeToMake(segments, 6.08)).toBe(6.08);
  expect(placeToMake(segments, 5.5)).toBe(5.5);
  expect(placeToMake(segments, 9)).toBe(9);
});

test('what no segment follows, or no list has, stays where it is', () => {
  expect(placeToMake(segments, 18)).toBe(18);
  expect(placeToMake(segments, 0)).toBe(0);
  expect(placeToMake([], 6)).toBe(6);
});

test('the last quarter of a second of a segment counts as its end', () => {
  expect(isAtEndOf({ end: 6 }, 5.7)).toBe(false);
  expect(isAtEndOf({ end: 6 }, 5.8)).toBe(true);
});
