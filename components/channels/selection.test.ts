import { describe, expect, it } from 'vitest';
import { inChunks, selectedIds, selectRange } from './selection.ts';

const order = ['a', 'b', 'c', 'd', 'e'];

describe('selecting rows', () => {
  it('takes a range in either direction', () => {
    expect(selectedIds(selectRange({}, order, 1, 3, true))).toEqual(['b', 'c', 'd']);
    expect(selectedIds(selectRange({}, order, 3, 1, true))).toEqual(['b', 'c', 'd']);
  });

  it('keeps what was selected outside of the range, and can take a range out again', () => {
    const all = selectRange({ e: true }, order, 0, 2, true);
    expect(selectedIds(selectRange(all, order, 1, 2, false)).sort()).toEqual(['a', 'e']);
  });

  it('leaves out rows that are not loaded', () => {
    expect(selectedIds(selectRange({}, order, 3, 9, true))).toEqual(['d', 'e']);
  });

  it('cuts many ids into pieces', () => {
    expect(inChunks(order, 2)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(inChunks([], 2)).toEqual([]);
  });
});
