import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { expectedPictures } from '../../media/args.ts';
import type { MediaFacts } from '../../media/facts.ts';
import type { Supervisor } from '../../media/ffmpeg/supervisor.ts';
import type { ChildSpec } from '../../media/ffmpeg/types.ts';
import { joinedSegment } from './join.ts';
import { makePictures } from './pictures.ts';
import { segmentCount } from './plan.ts';
import { makeSound } from './sound.ts';
import {
  clip,
  closeGrids,
  coded,
  cutOf,
  decoded,
  openGrid,
  picture,
  shownOf,
  type TestGrid,
} from './test-grid.ts';

afterAll(closeGrids);

const tone = (seconds: number): string[] => ['-f', 'lavfi', '-i', `sine=f=600:r=48000:d=${seconds}`];
const secondsOf = ({ plan, ports }: TestGrid): number =>
  (ports.store.frames! * plan.rate.den) / plan.rate.num;

const expected = ({ plan, ports }: TestGrid): number | null =>
  expectedPictures({ facts: ports.facts, rate: plan.rate });

/** The sound that players get with the pictures, as samples of the left channel. */
async function heard(grid: TestGrid): Promise<Int16Array> {
  const count = segmentCount(grid.plan, grid.ports.store.frames!);
  const parts: Buffer[] = [];
  for (let k = 0; k < count; k++) parts.push(await joinedSegment(grid.ports, '46p', k));
  const bytes = decoded(['-f', 'mpegts', '-i', 'pipe:0', '-vn', '-ac', '1'], Buffer.concat(parts));
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
}

const loudest = (samples: Int16Array, from: number, to: number): number =>
  samples
    .subarray(Math.round(from * 48_000), Math.round(to * 48_000))
    .reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

describe('the shorter of picture and sound', () => {
  test.each([
    ['mp4', 'aac', 0.3],
    ['mkv', 'aac', 0.3],
    ['mkv', 'pcm_s16le', 0.06],
    ['flv', 'aac', 0.4],
    ['avi', 'mp3', 0.4],
    ['ts', 'aac', 0.3],
  ])(
    'of a .%s with %s: the end of the sound is heard though the picture ends %s s before it (FILE-01)',
    async (ending, codec, seconds) => {
      const file = clip(ending, [...picture('25', 5), ...tone(5 + seconds), ...coded, '-c:a', codec]);
      const grid = await openGrid(file);
      await grid.maker.all();
      const end = 5 + seconds;
      expect(secondsOf(grid)).toBeGreaterThan(end - 0.001);
      expect(secondsOf(grid)).toBeLessThan(end + 0.13);
      // Of these containers a length is promised before the video is made.
      if (['mp4', 'mkv', 'flv'].includes(ending)) expect(expected(grid)).toBe(grid.ports.store.frames);
      expect(loudest(await heard(grid), end - 0.05, end)).toBeGreaterThan(2000);
      const alone = await openGrid(file, { facts: grid.ports.facts });
      await makePictures(alone.ports, { rungs: alone.plan.rungs, from: 2, to: 3 });
      expect(await cutOf(alone, '46p', 2)).toEqual(await cutOf(grid, '46p', 2));
    },
  );

  test('is silence when the sound ends first, to the end of the picture (FILE-01)', async () => {
    const file = clip('mp4', [...picture('25', 5), ...tone(4.7), ...coded, '-c:a', 'aac']);
    const grid = await openGrid(file);
    await grid.maker.all();
    expect(secondsOf(grid)).toBe(5);
    const samples = await heard(grid);
    expect(samples.length / 48_000).toBeGreaterThan(4.98);
    expect(loudest(samples, 4.6, 4.69)).toBeGreaterThan(2000);
    expect(loudest(samples, 4.8, 5)).toBeLessThan(40);
  });
});

test('a file ends with the picture that is shown, however long a second one goes on (FILE-01)', async () => {
  const second = [
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=320x180:r=1:d=9',
    '-map',
    '0:v',
    '-map',
    '1:v',
    '-map',
    '2:a',
  ];
  const file = clip('mp4', [
    ...picture('25', 5),
    ...second.slice(0, 4),
    ...tone(5),
    ...second.slice(4),
    ...coded,
  ]);
  const grid = await openGrid(file);
  await grid.maker.all();
  expect(secondsOf(grid)).toBeCloseTo(5, 1);
  expect(expected(grid)).toBe(grid.ports.store.frames);
  expect(grid.ports.facts).toMatchObject({ video: { index: 0 }, streamCount: 3 });
});

test('a file that does not tell its length is measured, as browsers record them', async () => {
  const file = clip('webm', [
    ...picture('25', 5),
    ...tone(5.2),
    '-c:v',
    'libvpx',
    '-c:a',
    'libopus',
    '-live',
    '1',
  ]);
  const grid = await openGrid(file);
  expect(grid.ports.facts.durationSeconds).toBeCloseTo(5.2, 1);
  await grid.maker.all();
  expect(expected(grid)).toBe(grid.ports.store.frames);
});

/** Half a minute by its header, of which half is there. */
function halfFile(): string {
  const file = clip('mkv', [...picture('25', 30), ...coded]);
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.subarray(0, bytes.length / 2));
  return file;
}

test('a file that was cut off keeps what its header promised, so that the loss is noticed (FILE-07)', async () => {
  const grid = await openGrid(halfFile());
  expect(grid.ports.facts.durationSeconds).toBe(30);
  await expect(grid.maker.all()).rejects.toMatchObject({ code: 'MEDIA_TRUNCATED' });
});

describe('a piece that begins behind the true end', () => {
  /** A whole file of eight seconds, and what a header says that tells another length. */
  async function lying(seconds: number): Promise<{ file: string; facts: MediaFacts }> {
    const file = clip('mp4', [...picture('25', 8), ...coded]);
    const { facts } = (await openGrid(file)).ports;
    const video = { ...facts.video!, durationSeconds: seconds };
    return { file, facts: { ...facts, durationSeconds: seconds, video } };
  }
  const NAMES = ['46p', '90p'].flatMap((rung) => [0, 1, 2, 3].map((k) => `${rung}/${k}`));

  test('tells of the loss like a run from the beginning, and makes what is there (FILE-07)', async () => {
    const file = halfFile();
    const [piece, whole] = [await openGrid(file), await openGrid(file)];
    await expect(whole.maker.pictures({ from: 0, to: null })).rejects.toMatchObject({
      code: 'MEDIA_TRUNCATED',
    });
    await expect(piece.maker.pictures({ from: 10, to: null })).rejects.toMatchObject({
      code: 'MEDIA_TRUNCATED',
    });
    expect(piece.made.toSorted()).toEqual(whole.made.toSorted());
  });

  test('finds that end where nothing is lost, and a viewer there hears that there is nothing (FILE-07)', async () => {
    const { file, facts } = await lying(60);
    const grid = await openGrid(file, { facts });
    await expect(grid.maker.need('46p', 12)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(grid.ports.store.frames).toBeNull();
    await grid.maker.pictures({ from: 10, to: 20 });
    expect(secondsOf(grid)).toBe(8);
    expect(grid.made.toSorted()).toEqual(NAMES);
  });

  test('takes the segment before it from another process, and makes nothing twice', async () => {
    const { file, facts } = await lying(9.5);
    const first = await openGrid(file, { facts });
    const folder = dirname(dirname(first.ports.store.path('46p', 0)));
    const second = await openGrid(file, { facts, folder });
    await makePictures(first.ports, { rungs: first.plan.rungs, from: 0, to: 4 });
    await makePictures(second.ports, { rungs: second.plan.rungs, from: 4, to: 5 });
    expect(secondsOf(second)).toBe(8);
    expect([second.made, second.late]).toEqual([[], []]);
  });
});

describe('a recording whose times', () => {
  test('jump is shown without the gaps, and a range of it is the same (FILE-03)', async () => {
    const parts = ['10', '1000', '5'].map((start) =>
      clip('ts', [
        ...picture('25', 5),
        ...tone(5),
        ...coded,
        ...['-c:a', 'aac', '-output_ts_offset', start, '-muxdelay', '0'],
      ]),
    );
    const file = parts[0]!;
    writeFileSync(file, Buffer.concat(parts.map((part) => readFileSync(part))));
    const grid = await openGrid(file);
    expect(grid.ports.facts.jumps).toBe(true);
    expect(grid.ports.facts.durationSeconds).toBeCloseTo(15, 0);
    await grid.maker.all();
    expect(secondsOf(grid)).toBeCloseTo(15, 0);
    const alone = await openGrid(file, { facts: grid.ports.facts });
    await makePictures(alone.ports, { rungs: alone.plan.rungs, from: 6, to: 7 });
    await makeSound(alone.ports, { track: 0, from: 6, to: 7 });
    expect(await cutOf(alone, '90p', 6)).toEqual(await cutOf(grid, '90p', 6));
    const [ours, theirs] = [await shownOf(alone, '90p', 6), await shownOf(grid, '90p', 6)];
    expect(ours.length).toBe(theirs.length);
    expect(ours.reduce((sum, byte, at) => sum + Math.abs(byte - theirs[at]!), 0) / ours.length).toBeLessThan(
      3,
    );
  });

  test('jump is given the time to be read up to a place, which each run does from the beginning (FILE-12)', async () => {
    const file = clip('ts', [...picture('25', 2), ...tone(2), ...coded, '-c:a', 'aac']);
    const { ports } = await openGrid(file);
    const video = { ...ports.facts.video!, durationSeconds: 9_000 };
    const limitsOf = async (jumps: boolean, from: number) => {
      const specs: ChildSpec[] = [];
      const start: Supervisor['start'] = (spec) => {
        specs.push(spec);
        throw new Error('seen');
      };
      const facts = { ...ports.facts, durationSeconds: 9_000, video, jumps };
      const watched = { ...ports, facts, supervisor: { ...ports.supervisor, start } };
      const range = { from, to: from + 1 };
      await expect(makePictures(watched, { rungs: ports.plan.rungs, ...range })).rejects.toThrow('seen');
      await expect(makeSound(watched, { track: 0, ...range })).rejects.toThrow('seen');
      return specs.map(({ noProgressMs }) => noProgressMs);
    };
    expect(await limitsOf(false, 3_600)).toEqual([60_000, 60_000]);
    expect(await limitsOf(true, 3_600)).toEqual([7_260_000, 7_260_000]);
  });

  test('begin again at zero after 26 hours is made as if they went on, in ranges too (FILE-03)', async () => {
    const wrapping = ['-output_ts_offset', '95438', '-muxdelay', '0'];
    const file = clip('ts', [...picture('25', 14), ...tone(14), ...coded, '-c:a', 'aac', ...wrapping]);
    const grid = await openGrid(file);
    await grid.maker.all();
    expect(secondsOf(grid)).toBeCloseTo(14, 1);
    const alone = await openGrid(file, { facts: grid.ports.facts });
    await makePictures(alone.ports, { rungs: alone.plan.rungs, from: 6, to: 7 });
    expect(await cutOf(alone, '90p', 6)).toEqual(await cutOf(grid, '90p', 6));
  });
});
