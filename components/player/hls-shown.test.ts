import { expect, test } from 'vitest';
import { levelAt, withNewest } from './hls-shown';

const place = (k: number, level: number) => ({ start: k * 6 + 0.08, end: (k + 1) * 6 + 0.08, level });
const after = (...frags: ReturnType<typeof place>[]) =>
  frags.reduce<ReturnType<typeof place>[]>((known, frag) => withNewest(known, frag, 0), []);

test('the level of a place is that of the segment which was buffered there last', () => {
  const frags = after(place(0, 1), place(1, 1), place(1, 2));
  expect(levelAt(frags, 3)).toBe(1);
  expect(levelAt(frags, 7)).toBe(2);
  expect(frags).toHaveLength(2);
});

test('the first picture belongs to its segment although the place is a rounding before it', () => {
  expect(levelAt(after(place(0, 0)), 0.0799)).toBe(0);
});

test('nothing is told of a place that was never buffered, or has left the buffer', () => {
  const frags = withNewest(after(place(0, 1), place(1, 1)), place(2, 1), 6.08);
  expect(levelAt(frags, 20)).toBeNull();
  expect(levelAt(frags, 3)).toBeNull();
  expect(frags).toHaveLength(2);
});
