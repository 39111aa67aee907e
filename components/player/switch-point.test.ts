import { describe, expect, it } from 'vitest';
import { switchPoint } from './switch-point.ts';

const at = (change: Partial<Parameters<typeof switchPoint>[0]>) =>
  switchPoint({
    starts: [92, 96, 100, 104, 108],
    segmentSeconds: 4,
    bitsPerSecond: 2_600_000,
    lineBitsPerSecond: 20_000_000,
    atSeconds: 97,
    bufferedToSeconds: 110,
    ...change,
  });

describe('where a live switch takes place (S3.3)', () => {
  it('is the first segment that can be there in time', () => expect(at({ atSeconds: 96 })).toBe(100));

  it('is later on a slower line', () =>
    expect(at({ atSeconds: 96, lineBitsPerSecond: 6_000_000 })).toBe(104));

  it('is not before the first segment of an encoder that has just started', () =>
    expect(at({ starts: [104, 108] })).toBe(104));

  it('is the end of what is buffered where the line carries hardly more', () =>
    expect(at({ lineBitsPerSecond: 4_000_000 })).toBeNull());

  it('is the end of what is buffered where nothing would be won', () => {
    expect(at({ bufferedToSeconds: 99 })).toBeNull();
    expect(at({ starts: [92, 96] })).toBeNull();
  });
});
