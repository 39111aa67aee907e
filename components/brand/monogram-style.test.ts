import { describe, expect, it } from 'vitest';
import { GROUNDS, initials, monogramStyle } from './monogram-style.ts';

const luminance = (hex: string): number => {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
};

describe('the monogram of a channel', () => {
  it.each([
    ['Arena 1', 'A1'],
    ['Nusantara One', 'NO'],
    ['Bahari', 'BA'],
    ['The Weather Channel', 'WE'],
    ['TV', 'TV'],
    ['日本テレビ', '日本'],
    ['  ', '?'],
  ])('%j becomes %s', (name, letters) => expect(initials(name)).toBe(letters));

  it('stays the same whatever the case and spaces around', () =>
    expect({ ...monogramStyle(' ARENA 1 '), letters: '' }).toEqual({
      ...monogramStyle('arena 1'),
      letters: '',
    }));

  it('keeps white letters readable on every ground', () => {
    for (const ground of GROUNDS)
      expect(1.05 / (luminance(ground) + 0.05), ground).toBeGreaterThanOrEqual(4.5);
  });
});
