import { describe, expect, it } from 'vitest';
import { stableAddress } from './stable-address.ts';

const HOUR = 3_600_000;
const signed = (path: string, endMs: number, sig: string) => `${path}?expires=${endMs / 1000}&sig=${sig}`;

describe('the address of a picture', () => {
  it('stays the same while its signature lives, then changes once', () => {
    const first = signed('/thumb/a', 6 * HOUR, 'one');
    const second = signed('/thumb/a', 9 * HOUR, 'two');
    expect(stableAddress(first, 0)).toBe(first);
    expect(stableAddress(second, HOUR)).toBe(first);
    expect(stableAddress(second, 5.9 * HOUR)).toBe(second);
  });
  it('is another one for another picture', () => {
    const other = signed('/thumb/b', 6 * HOUR, 'x');
    expect(stableAddress(other, 0)).toBe(other);
    const chosen = `${other}&v=2`;
    expect(stableAddress(chosen, 0)).toBe(chosen);
  });
  it('is none where there is none', () => expect(stableAddress(null, 0)).toBeNull());
});
