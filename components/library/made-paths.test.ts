import { expect, test } from 'vitest';
import { partPaths } from './made-paths.ts';

test('every part of a card’s map is drawn once: all there, partly there, not begun or being made', () => {
  const paths = partPaths({ percent: [100, 40, 0, 0, 100], now: [1, 2] }, 6);
  expect(paths).toEqual({
    made: 'M0 0h188v6h-188zM768 0h188v6h-188z',
    now: 'M192 0h188v6h-188zM384 0h188v6h-188z',
    waiting: 'M576 0h188v6h-188z',
    some: '',
  });
});
