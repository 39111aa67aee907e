import { expect, test } from 'vitest';
import { boundarySeconds, fpsOf, parseRate, saneRate } from './frame-rate.ts';
import { chooseRungs } from './ladder.ts';

const sizes = (width: number, height: number) =>
  chooseRungs({ width, height }).map((rung) => `${rung.id} ${rung.width}x${rung.height}`);

test('the ladder of a 16:9 picture is that of S2.2, lowest first', () => {
  expect(sizes(1920, 1080)).toEqual(['360p 640x360', '480p 854x480', '720p 1280x720', '1080p 1920x1080']);
  expect(sizes(3840, 2160)).toEqual(sizes(1920, 1080));
});

test('FILE-02 portrait goes by its short side, nothing is made larger, small ones keep their size on even sides', () => {
  expect(sizes(1080, 1920).at(-1)).toBe('1080p 1080x1920');
  expect(sizes(720, 1080)).toEqual(['360p 360x540', '480p 480x720', '720p 720x1080']);
  expect(sizes(854, 480)).toEqual(['360p 640x360', '480p 854x480']);
  expect(sizes(1920, 1078).at(-1)).toBe('1080p 1920x1078');
  expect(sizes(321, 180)).toEqual(['180p 322x180']);
  expect(sizes(2000, 16)).toEqual(['16p 2000x16']);
  expect(sizes(1, 1)).toEqual(['02p 2x2']);
});

test.each([
  ['30000/1001', '30000/1001', 29.97],
  ['24/1', '24/1', 24],
  ['24000/1001', '24000/1001', 23.976],
  ['300000/10201', '30000/1001', 29.97],
  ['0/0', '1000/1', 25],
  ['1000/1', '60/1', 60],
  ['600/1', '600/1', 25],
  ['15000/1001', '15000/1001', 14.985],
  ['13/1', '90/1', 23.976],
  ['119/1', '120/1', 60],
  ['110/1', '1000/1', 60],
  ['300/1', '90000/1', 25],
])('a source that says %s and %s is encoded at %s', (average, base, fps) => {
  expect(fpsOf(saneRate(parseRate(average), parseRate(base), 60))).toBeCloseTo(fps, 2);
});

test.each([
  ['240/1', 60, 30],
  ['240000/1001', 59.94, 29.97],
  ['23997/100', 60, 30],
  ['480/1', 60, 30],
  ['144/1', 48, 28.8],
  ['120/1', 60, 30],
  ['120000/1001', 59.94, 29.97],
  ['100/1', 50, 25],
  ['90/1', 45, 30],
  ['60/1', 60, 30],
  ['50/1', 50, 25],
  ['48/1', 48, 24],
  ['40/1', 40, 20],
  ['30/1', 30, 30],
  ['25/1', 25, 25],
  ['10/1', 10, 10],
])(
  'a steady rate of %s becomes one that it is a multiple of: %s where 60 are allowed, %s where 30 are',
  (rate, most, few) => {
    expect(fpsOf(saneRate(parseRate(rate), parseRate(rate), 60))).toBeCloseTo(most, 2);
    expect(fpsOf(saneRate(parseRate(rate), parseRate(rate), 30))).toBeCloseTo(few, 2);
  },
);

test('boundaries lie on the first frame at or after each multiple of the segment length', () => {
  const ntsc = { num: 30000, den: 1001 };
  expect([1, 2, 3].map((k) => boundarySeconds(k, 6, ntsc))).toEqual([6.006, 12.012, 18.018]);
  expect(boundarySeconds(2, 6, { num: 25, den: 1 })).toBe(12);
  expect(boundarySeconds(1, 6, { num: 24000, den: 1001 })).toBeCloseTo(6.006, 6);
});
