import { expect, test } from 'vitest';
import { frameStep, SPEEDS, speedLabel, speedStep } from './speeds.ts';

test('the keys go through the speeds and stay at the ends', () => {
  const up = SPEEDS.map((speed) => speedStep(speed, 1));
  expect(up).toEqual([0.75, 1, 1.25, 1.5, 1.75, 2, 2]);
  expect(SPEEDS.map((speed) => speedStep(speed, -1))).toEqual([0.5, 0.5, 0.75, 1, 1.25, 1.5, 1.75]);
  expect(speedStep(1.1, 1)).toBe(1.25);
});

test('a speed is named as people say it', () => {
  expect([1, 0.5, 1.25].map(speedLabel)).toEqual(['Normal', '0.5×', '1.25×']);
});

test('one picture on and one back end at the same picture (25 and 29.97 fps)', () => {
  for (const fps of [25, 30_000 / 1001]) {
    const picture = (seconds: number) => Math.floor(seconds * fps + 0.01);
    let at = 10;
    for (let i = 1; i <= 50; i += 1) {
      at = frameStep(at, fps, 1);
      expect(picture(at)).toBe(picture(10) + i);
    }
    expect(picture(frameStep(frameStep(at, fps, -1), fps, 1))).toBe(picture(at));
  }
  expect(frameStep(0, 25, -1)).toBe(0);
});
