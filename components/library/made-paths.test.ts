import { expect, test } from 'vitest';
import { partPaths } from './made-paths.ts';

test('every part of a card’s map is drawn once: all there, partly there, not begun or being made', () => {
  const paths = partPaths({ percent: [100, 40, 0, 0, 100], now: [1, 2] }, 6);
  expect(paths).toEqual({
    made: 'M0 0h0.8v6h-0.8zM4 0h0.8v6h-0.8z',
    now: 'M1 0h0.8v6h-0.8zM2 0h0.8v6h-0.8z',
    waiting: 'M3 0h0.8v6h-0.8z',
    some: '',
  });
});
