import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { expectWithin } from '../../../tests/support/time-limits.ts';
import { isAppError } from '../../core/errors.ts';
import { expectedPictures } from '../../media/args.ts';
import { picturesOf, segmentFault } from './check.ts';
import { segmentCount } from './plan.ts';
import { clip, closeGrids, coded, openGrid, picture, sweep, type TestGrid } from './test-grid.ts';

afterAll(closeGrids);

const SECONDS = 6;
/** What people are told when a file cannot be made into a video. */
const REASONS = [
  'MEDIA_UNREADABLE',
  'MEDIA_TRUNCATED',
  'MEDIA_NOT_VIDEO',
  'MEDIA_LIMITS',
  'TRANSCODE_FAILED',
];

/** A file either plays from end to end, or fails with a reason; the result is never longer than the file may be. */
async function outcomeOf(file: string): Promise<{ grid: TestGrid; frames: number } | string> {
  let grid: TestGrid;
  let frames: number;
  try {
    grid = await openGrid(file);
    frames = await grid.maker.all();
  } catch (error) {
    if (!isAppError(error)) throw error;
    expect(REASONS).toContain(error.code);
    return error.code;
  }
  const { plan, ports } = grid;
  for (let k = 0; k < segmentCount(plan, frames); k++)
    for (const { id } of plan.rungs)
      expect(segmentFault(plan, k, picturesOf(await ports.store.read(id, k)))).toBeNull();
  return { grid, frames };
}

const expected = ({ plan, ports }: TestGrid): number =>
  expectedPictures({ facts: ports.facts, rate: plan.rate })!;

const sound = ['-c:a', 'aac', '-shortest'];
const made = (ending: string, args: readonly string[] = []): string =>
  clip(ending, [...picture('25', SECONDS), ...sweep(SECONDS), ...coded, '-g', '25', ...sound, ...args]);

test.each([
  ['mkv', 0.4, []],
  ['ts', 0.6, []],
  ['flv', 0.5, []],
  ['avi', 0.5, []],
  ['mp4', 0.5, ['-movflags', '+faststart']],
  ['mp4', 0.7, ['-movflags', '+frag_keyframe+empty_moov']],
  ['mp4', 0.99, []],
] as const)(
  'a .%s of which only a part of %s is there plays so far or fails with a reason (FILE-07)',
  async (ending, share, args) => {
    const file = made(ending, args);
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length * share)));
    const outcome = await outcomeOf(file);
    if (typeof outcome !== 'string') expect(outcome.frames).toBeLessThanOrEqual(SECONDS * 25 + 2);
  },
);

test.each(['mkv', 'ts', 'mp4', 'avi'])(
  'a .%s with every two hundredth byte wrong plays or fails with a reason, and ends where its times end (FILE-07)',
  async (ending) => {
    const file = made(ending);
    const bytes = readFileSync(file);
    // Always the same bytes, so that a failure can be looked into.
    for (let at = 997; at < bytes.length; at += 150 + ((at * 7919) % 100)) bytes[at]! ^= 0x55;
    writeFileSync(file, bytes);
    const outcome = await outcomeOf(file);
    if (typeof outcome !== 'string') expect(outcome.frames).toBeLessThanOrEqual(expected(outcome.grid) + 3);
  },
);

/** Writes a number into the body of the first box of a type. */
const lying =
  (name: string, at: number, value: number) =>
  (bytes: Buffer): Buffer => {
    bytes.writeUInt32BE(value, bytes.indexOf(name, 0, 'latin1') + 4 + at);
    return bytes;
  };
/** Boxes around boxes, each in the one before. */
function nested(depth: number): Buffer {
  const boxes = Buffer.alloc(8 * depth);
  for (let i = 0; i < depth; i++) {
    boxes.writeUInt32BE(8 * (depth - i), 8 * i);
    boxes.write('moov', 8 * i + 4, 'latin1');
  }
  return boxes;
}

test.each<[string, (bytes: Buffer) => Buffer]>([
  ['no time scale', lying('mdhd', 12, 0)],
  ['four billion pictures', lying('stsz', 8, 0xffff_ffff)],
  ['a length of weeks', lying('mvhd', 16, 0xffff_fff0)],
  ['a size of 60000x60000', lying('avc1', 24, 0xea60_ea60)],
  [
    'three thousand boxes in one another',
    (bytes) => Buffer.concat([bytes.subarray(0, 32), nested(3000), bytes.subarray(32)]),
  ],
  [
    'a box of 2^63 bytes',
    (bytes) =>
      Buffer.concat([bytes, Buffer.from('0000000166726565', 'hex'), Buffer.from('7fffffffffffffff', 'hex')]),
  ],
])('an .mp4 that claims %s plays or fails with a reason, and fills no disk (FILE-07)', async (_what, lie) => {
  const file = made('mp4');
  const bytes = readFileSync(file);
  writeFileSync(file, lie(bytes));
  const fromMs = performance.now();
  const outcome = await outcomeOf(file);
  if (typeof outcome !== 'string') expect(outcome.frames).toBeLessThanOrEqual(SECONDS * 25 + 3);
  expectWithin(30_000, { fromMs });
});

test('two hundred streams are refused before anything is made (FILE-09)', async () => {
  const maps = Array.from({ length: 200 }, () => ['-map', '1:a']).flat();
  const file = clip('mkv', [
    ...picture('25', 1),
    ...sweep(1),
    '-map',
    '0:v',
    ...maps,
    ...coded,
    '-c:a',
    'pcm_s16le',
  ]);
  expect(await outcomeOf(file)).toBe('MEDIA_LIMITS');
});

test('a thousand pictures a second become twenty-five, and the length stays (FILE-09)', async () => {
  const outcome = await outcomeOf(clip('mkv', [...picture('1000', 2), ...coded]));
  expect(outcome).toMatchObject({ frames: 50 });
});

test('ten hours between two parts of a short clip are refused before anything is made (FILE-09)', async () => {
  const gap = ['-vf', "setpts='PTS+gte(N,75)*36000/TB'", '-fps_mode', 'vfr'];
  const file = clip('mkv', [...picture('25', SECONDS), ...gap, ...coded]);
  expect(await outcomeOf(file)).toBe('MEDIA_LIMITS');
});

test('a video whose times lead far behind its end fails instead of filling the disk with its last picture (FILE-09)', async () => {
  const far = ['-vf', "setpts='PTS+gte(N,100)*300/TB'", '-fps_mode', 'vfr'];
  const file = clip('mkv', [...picture('25', SECONDS), ...far, ...coded]);
  const { ports } = await openGrid(file);
  const video = { ...ports.facts.video!, durationSeconds: SECONDS };
  const grid = await openGrid(file, { facts: { ...ports.facts, video } });
  await expect(grid.maker.all()).rejects.toMatchObject({ code: 'MEDIA_UNREADABLE' });
  // A minute and a tenth more than was promised, in two qualities.
  expect(grid.made.length).toBeLessThanOrEqual(2 * 34);
});

test('8K is made small within the memory that a child has (FILE-09)', async () => {
  const source = ['-f', 'lavfi', '-i', 'testsrc2=s=7680x4320:r=5:d=0.4'];
  const outcome = await outcomeOf(clip('mp4', [...source, '-c:v', 'libx264', '-preset', 'ultrafast']));
  expect(outcome).toMatchObject({ frames: 2 });
});
