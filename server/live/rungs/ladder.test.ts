import { expect, test } from 'vitest';
import { LIVE_RUNGS } from '../../../lib/contract/live-rungs.ts';
import { budgetBits, planRung, rungsOf } from './ladder.ts';

const [high, middle, low] = LIVE_RUNGS;
const ids = (source: Parameters<typeof rungsOf>[0]) => rungsOf(source).map((rung) => rung.id);

test.each([
  ['h264', 1080, 1080, ['720p', '480p', '360p']],
  ['h264', 720, 1080, ['480p', '360p']],
  ['h264', 576, 1080, ['480p', '360p']],
  ['h264', 360, 1080, []],
  ['h264', 1080, 480, ['480p', '360p']],
  ['h264', null, 1080, ['360p']],
  ['hevc', 2160, 1080, ['720p', '480p', '360p']],
  ['hevc', 720, 1080, ['720p', '480p', '360p']],
  ['mpeg2video', 576, 1080, ['480p', '360p']],
  ['mpeg2video', 288, 1080, ['360p']],
  ['hevc', null, 1080, ['360p']],
] as const)(
  'a source of %s with %s lines and at most %s wanted has %j',
  (codec, height, maxHeight, rungs) => {
    expect(ids({ codec, height, maxHeight })).toEqual(rungs);
  },
);

test('pixels are square, sides even, and nothing is made larger', () => {
  const size = (rung: (typeof LIVE_RUNGS)[number], width: number, height: number, sampleAspect = 1) => {
    const plan = planRung(rung, { width, height, sampleAspect }, 25);
    return `${plan.width}x${plan.height}`;
  };
  expect(size(high, 1920, 1080)).toBe('1280x720');
  expect(size(middle, 1920, 1080)).toBe('854x480');
  expect(size(middle, 720, 576, 64 / 45)).toBe('854x480');
  expect(size(low, 720, 576, 16 / 15)).toBe('480x360');
  expect(size(low, 352, 288, 12 / 11)).toBe('384x288');
  expect(planRung(low, null, null)).toMatchObject({ width: 640, height: 360 });
});

test('the level follows size and rate (ISO/IEC 14496-10 table A-1)', () => {
  const hd = { width: 1920, height: 1080, sampleAspect: 1 };
  expect(planRung(low, hd, 25).codecString).toBe('avc1.64001E');
  expect(planRung(low, hd, 50).codecString).toBe('avc1.64001F');
  expect(planRung(high, hd, 30).codecString).toBe('avc1.64001F');
  expect(planRung(high, hd, 50)).toMatchObject({ level: 32, codecString: 'avc1.640020' });
  expect(planRung(high, hd, null).level).toBe(32);
});

test('the budget has room for sound and container', () => {
  for (const rung of LIVE_RUNGS) {
    expect(budgetBits(rung)).toBeGreaterThan(rung.videoBitsPerSecond + 128_000);
    expect(budgetBits(rung)).toBeLessThan((rung.videoBitsPerSecond + 128_000) * 1.2);
  }
});
