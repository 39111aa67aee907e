import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import type { VideoFacts } from '../../media/facts.ts';
import { describePicture } from '../../media/ts/describe.ts';
import { picturesOf } from './check.ts';
import { makePictures } from './pictures.ts';
import { clip, closeGrids, coded, cutOf, decoded, openGrid, shownOf, type TestGrid } from './test-grid.ts';

afterAll(closeGrids);

const SECONDS = 5;
const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '60'];
const source = (size: string, rate = '25'): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${SECONDS}`],
];

/** Mean difference of two rows of pictures. */
function difference(a: Buffer, b: Buffer): number {
  expect(a.length).toBe(b.length);
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += Math.abs(a[at]! - b[at]!);
  return sum / a.length;
}

/** All of it in one run, and segment 1 made alone, which has to be the same. */
async function whole(file: string): Promise<TestGrid> {
  const grid = await openGrid(file, { rungs: 'ladder' });
  await grid.maker.all();
  const alone = await openGrid(file, { rungs: 'ladder', facts: grid.ports.facts });
  await makePictures(alone.ports, { rungs: grid.plan.rungs, from: 1, to: 2 });
  for (const { id } of grid.plan.rungs) {
    expect(await cutOf(alone, id, 1)).toEqual(await cutOf(grid, id, 1));
    expect(difference(await shownOf(alone, id, 1), await shownOf(grid, id, 1))).toBeLessThan(4);
  }
  return grid;
}

/** Segment 1 as it would be if something else were known of the picture. */
async function mistaken(
  { ports, plan }: TestGrid,
  file: string,
  change: Partial<VideoFacts>,
): Promise<TestGrid> {
  const facts = { ...ports.facts, video: { ...ports.facts.video!, ...change } };
  const grid = await openGrid(file, { rungs: 'ladder', facts });
  await makePictures(grid.ports, { rungs: plan.rungs, from: 1, to: 2 });
  return grid;
}

/** Writes how an MP4 is turned where its track says so (ISO/IEC 14496-12 §8.3.2). */
function turn(file: string, [a, b, c, d]: readonly [number, number, number, number]): void {
  const bytes = readFileSync(file);
  const at = bytes.indexOf('tkhd') + 44;
  for (const [i, value] of [a, b, 0, c, d].entries()) bytes.writeInt32BE(value << 16, at + 4 * i);
  writeFileSync(file, bytes);
}

const shapeOf = async ({ ports: { store } }: TestGrid, row: string) =>
  describePicture('h264', picturesOf(await store.read(row, 1))[0]!.data)!;
const secondsOf = ({ plan, ports }: TestGrid): number =>
  (ports.store.frames! * plan.rate.den) / plan.rate.num;

/** Mean light of a quarter of the first picture: `[left or right, top or bottom]`. */
async function lightOf(grid: TestGrid, row: string, [right, bottom]: [number, number]): Promise<number> {
  const { width, height } = await shapeOf(grid, row);
  const pixels = await shownOf(grid, row, 1);
  let sum = 0;
  const [w, h] = [width >> 1, height >> 1];
  for (let y = bottom * h; y < bottom * h + h; y++)
    for (let x = right * w; x < right * w + w; x++) sum += pixels[y * width + x]!;
  return sum / (w * h);
}

describe('the right picture', () => {
  test.each([
    ['a quarter', [0, 1, -1, 0], [1, 0], [180, 320]],
    ['a half', [-1, 0, 0, -1], [1, 1], [320, 180]],
    ['three quarters', [0, -1, 1, 0], [0, 1], [180, 320]],
  ] as const)(
    'of a clip that is turned by %s stands upright (FILE-02)',
    async (_turn, matrix, lit, [width, height]) => {
      const box = ['-vf', 'drawbox=c=black:t=fill,drawbox=w=160:h=90:c=white:t=fill'];
      const file = clip('mp4', [...source('320x180'), ...box, ...H264, '-pix_fmt', 'yuv420p']);
      turn(file, matrix);
      const grid = await whole(file);
      expect(grid.plan.rungs).toMatchObject([{ id: '180p', width, height }]);
      expect(await shapeOf(grid, '180p')).toMatchObject({ width, height });
      for (const quarter of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ] as [number, number][]) {
        const light = await lightOf(grid, '180p', quarter);
        if (quarter[0] === lit[0] && quarter[1] === lit[1]) expect(light).toBeGreaterThan(200);
        else expect(light).toBeLessThan(30);
      }
    },
  );

  test.each([
    ['pixels that are not square', '320x288', ['-vf', 'setsar=16/11'], ['288p', 466, 288]],
    ['odd sides and 4:4:4', '640x360', ['-vf', 'format=yuv444p,scale=321:181'], ['181p', 322, 182]],
    ['a strip', '2000x16', [], ['16p', 2000, 16]],
    ['four dots', '2x2', ['-pix_fmt', 'yuv444p'], ['02p', 2, 2]],
    ['portrait, measured by its short side', '368x640', [], ['360p', 360, 626]],
    ['ten bits', '320x180', ['-pix_fmt', 'yuv420p10le'], ['180p', 320, 180]],
  ] as const)(
    'of %s has even sides and square pixels, and is never larger (FILE-02)',
    async (_what, size, args, to) => {
      const file = clip('mkv', [...source(size), ...H264, ...args]);
      const grid = await whole(file);
      const [id, width, height] = to;
      expect(grid.plan.rungs).toMatchObject([{ id, width, height }]);
      const shape = await shapeOf(grid, id);
      expect(shape).toMatchObject({ width, height, sampleAspect: 1 });
      expect(shape.codecString).toMatch(/^avc1\.64/i);
    },
  );

  test('of a clip of 640x480 is offered as 480p and 360p and not above', async () => {
    const grid = await openGrid(clip('mp4', [...source('640x480'), ...coded]), { rungs: 'ladder' });
    expect(grid.plan.rungs).toMatchObject([
      { id: '360p', width: 480, height: 360 },
      { id: '480p', width: 640, height: 480 },
    ]);
  });

  test('of slow motion keeps each eighth of 240 pictures a second where 30 are shown', async () => {
    const file = clip('mp4', [...source('320x180', '240'), ...H264, '-pix_fmt', 'yuv420p']);
    const grid = await whole(file);
    expect(grid.plan.rate).toEqual({ num: 30, den: 1 });
    expect(grid.ports.store.frames).toBe(SECONDS * 30);
    const args = [
      '-i',
      file,
      '-vf',
      "select='not(mod(n,8))'",
      '-fps_mode',
      'passthrough',
      '-pix_fmt',
      'gray',
    ];
    const wanted = decoded(args, Buffer.alloc(0)).subarray(60 * 320 * 180, 120 * 320 * 180);
    expect(difference(await shownOf(grid, '180p', 1), wanted)).toBeLessThan(4);
  });

  test.each(['mkv', 'mp4'])(
    'of varying rate keeps its times, whatever rate the .%s claims (FILE-03)',
    async (ending) => {
      // Between 12 and 38 pictures a second, on a fine time base.
      const vary = ['-vf', "setpts='(N/25+0.25*sin(N/9))/TB'", '-fps_mode', 'vfr'];
      const fine = ending === 'mp4' ? ['-video_track_timescale', '90000'] : [];
      const grid = await whole(clip(ending, [...source('320x180'), ...vary, ...coded, ...fine]));
      expect(grid.plan.rate.num / grid.plan.rate.den).toBeLessThanOrEqual(30);
      const promised = grid.ports.facts.durationSeconds!;
      expect(Math.abs(secondsOf(grid) - promised)).toBeLessThan(0.05);
    },
  );

  test('of an interlaced recording has no comb, in the run as in a range (FILE-03)', async () => {
    const fields = ['-vf', 'tinterlace=interleave_top,fieldorder=tff', '-flags', '+ilme+ildct'];
    const moving = ['-f', 'lavfi', '-i', `testsrc2=s=320x288:r=50:d=${SECONDS}`];
    const file = clip('ts', [...moving, ...fields, '-c:v', 'mpeg2video', '-b:v', '3M', '-g', '12']);
    const grid = await whole(file);
    expect(grid.ports.facts.video!.interlaced).toBe(true);
    const comb = async (of: TestGrid): Promise<number> => {
      const { width, height } = await shapeOf(of, '288p');
      const pixels = await shownOf(of, '288p', 1);
      let sum = 0;
      // A line that differs from both neighbours, which are alike, is a tooth.
      for (let at = width; at < width * (height - 1); at++) {
        const [up, here, down] = [pixels[at - width]!, pixels[at]!, pixels[at + width]!];
        sum += Math.max(0, Math.abs(here - (up + down) / 2) - Math.abs(up - down));
      }
      return sum;
    };
    const plain = await mistaken(grid, file, { interlaced: false });
    expect(await comb(grid)).toBeLessThan((await comb(plain)) / 2);
  });

  test('of HDR becomes one for ordinary screens (FILE-03)', async () => {
    const colours = ['-color_trc', 'smpte2084', '-color_primaries', 'bt2020', '-colorspace', 'bt2020nc'];
    // A hundred candela per square metre, white on ordinary screens, is the middle of this scale.
    const white = ['-f', 'lavfi', '-i', `color=c=0x828282:s=320x180:r=25:d=${SECONDS}`];
    const file = clip('mp4', [...white, ...H264, '-pix_fmt', 'yuv420p10le', ...colours]);
    const grid = await whole(file);
    expect(grid.ports.facts.video!.hdr).toBe('smpte2084');
    const plain = await mistaken(grid, file, { hdr: null });
    expect((await shownOf(plain, '180p', 1))[0]).toBeLessThan(135);
    expect((await shownOf(grid, '180p', 1))[0]).toBeGreaterThan(150);
  });
});
