import { describe, expect, it } from 'vitest';
import { sparkPath } from './spark-path.ts';

const ys = (path: string): number[] => [...path.matchAll(/(-?[\d.]+)(?= C|$)/g)].map((m) => Number(m[1]));

describe('the path of a sparkline', () => {
  it('needs two values', () => expect(sparkPath([3], 44, 16)).toBeNull());

  it('starts left, ends right, and goes up when the value rises', () => {
    const path = sparkPath([0, 10], 44, 16)!;
    expect(path).toMatch(/^M0 15 /);
    expect(path).toMatch(/ 44 1$/);
  });

  it('keeps small noise small', () => {
    const points = ys(sparkPath([100, 101, 100, 101], 44, 16)!);
    expect(Math.max(...points) - Math.min(...points)).toBeLessThan(2);
  });

  it('draws a flat line of zeroes in the middle', () => {
    expect(new Set(ys(sparkPath([0, 0, 0], 44, 16)!))).toEqual(new Set([8]));
  });
});
