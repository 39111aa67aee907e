import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAdts } from '../../media/ts/adts.ts';
import { ffmpegWarnings } from '../../media/ts/test-clips.ts';
import { joinedSegment } from './join.ts';
import { makePictures } from './pictures.ts';
import { segmentCount, soundFrameAt } from './plan.ts';
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
  sweep,
  type TestGrid,
} from './test-grid.ts';

afterAll(closeGrids);

const ROWS = ['46p', '90p'];
const PICTURE_BYTES = 160 * 90;

/** Mean difference of two rows of pictures, and how many there are. */
function difference(a: Buffer, b: Buffer): number {
  expect(a.length).toBe(b.length);
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += Math.abs(a[at]! - b[at]!);
  return sum / a.length;
}

describe.each([
  ['25', 'mp4'],
  ['30000/1001', 'ts'],
  ['24000/1001', 'mkv'],
])('at %s pictures a second, from .%s', (rate, ending) => {
  let whole: TestGrid;
  let file: string;
  beforeAll(async () => {
    file = clip(ending, [...picture(rate, 40), ...coded]);
    whole = await openGrid(file);
    await whole.maker.all();
  });

  test('a range made alone has the boundaries, times and keyframes of one run over all, and shows the same pictures', async () => {
    const alone = await openGrid(file);
    await makePictures(alone.ports, { rungs: alone.plan.rungs, from: 15, to: 18 });
    expect(alone.made.toSorted()).toEqual(ROWS.flatMap((row) => [15, 16, 17].map((k) => `${row}/${k}`)));
    for (const row of ROWS)
      for (const k of [15, 16, 17]) expect(await cutOf(alone, row, k)).toEqual(await cutOf(whole, row, k));
    // At 29.97 segment 16 has one picture fewer than the others: a grid of its own would show here.
    const [ours, theirs] = [await shownOf(alone, '90p', 17), await shownOf(whole, '90p', 17)];
    const same = difference(ours, theirs);
    const shifted = difference(ours.subarray(PICTURE_BYTES), theirs.subarray(0, -PICTURE_BYTES));
    expect(same).toBeLessThan(shifted / 2);
  });

  test('all rungs have the same cuts, and their segments make up the whole video', async () => {
    const frames = whole.ports.store.frames!;
    expect(frames).toBe(Math.ceil((40 * whole.plan.rate.num) / whole.plan.rate.den));
    let counted = 0;
    for (let k = 0; k < segmentCount(whole.plan, frames); k++) {
      const cut = await cutOf(whole, '90p', k);
      expect(await cutOf(whole, '46p', k)).toEqual(cut);
      counted += cut.length - 1;
    }
    expect(counted).toBe(frames);
  });

  test('the last segment made alone ends where the whole run ended', async () => {
    const alone = await openGrid(file);
    const last = segmentCount(whole.plan, whole.ports.store.frames!) - 1;
    await makePictures(alone.ports, { rungs: alone.plan.rungs, from: last, to: last + 3 });
    expect(alone.ports.store.frames).toBe(whole.ports.store.frames);
    expect(await cutOf(alone, '46p', last)).toEqual(await cutOf(whole, '46p', last));
  });
});

test('a picture that stands across a boundary for seconds is seen in a segment made alone too (FILE-03)', async () => {
  const still = ['-vf', "select='not(between(t,4.1,9))'", '-fps_mode', 'vfr'];
  const file = clip('mp4', [...picture('25', 14), ...still, ...coded]);
  const whole = await openGrid(file);
  await whole.maker.all();
  const alone = await openGrid(file);
  // The rate that was found decides where segments are; this one lies inside the pause.
  const k = Math.floor(7 / whole.plan.segmentSeconds);
  await makePictures(alone.ports, { rungs: alone.plan.rungs, from: k, to: k + 1 });
  expect(await cutOf(alone, '90p', k)).toEqual(await cutOf(whole, '90p', k));
  const [ours, theirs] = [await shownOf(alone, '90p', k), await shownOf(whole, '90p', k)];
  expect(difference(ours, theirs)).toBeLessThan(2);
});

describe('sound', () => {
  let file: string;
  let whole: TestGrid;
  const soundFrom = async (grid: TestGrid): Promise<Buffer> => {
    const parts: Buffer[] = [];
    for (let k = 0; k < 10; k++) parts.push(await grid.ports.store.read('audio-0', k));
    return Buffer.concat(parts);
  };
  const samplesOf = (adts: Buffer): Int16Array => {
    const bytes = decoded(['-f', 'aac', '-i', 'pipe:0'], adts);
    return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  };
  beforeAll(async () => {
    file = clip('mp4', [...picture('30000/1001', 20), ...sweep(20), ...coded, '-c:a', 'aac', '-b:a', '128k']);
    whole = await openGrid(file);
    await makeSound(whole.ports, { track: 0, from: 0, to: 10 });
  });

  test('frames across the seams of runs follow one another by number, and sound as from one run, without a click', async () => {
    const pieces = await openGrid(file);
    for (const [from, to] of [
      [7, 10],
      [0, 3],
      [3, 7],
    ] as const)
      await makeSound(pieces.ports, { track: 0, from, to });
    const [ours, theirs] = [await soundFrom(pieces), await soundFrom(whole)];
    let frames = 0;
    for (let at = 0, header = readAdts(ours); header; header = readAdts(ours, at)) {
      at += header.sizeBytes;
      frames++;
    }
    expect(frames).toBe(soundFrameAt(whole.plan, 10));
    const [a, b] = [samplesOf(ours), samplesOf(theirs)];
    expect(a.length).toBe(b.length);
    let largest = 0;
    for (let at = 0; at < a.length; at++) largest = Math.max(largest, Math.abs(a[at]! - b[at]!));
    expect(largest / 32768).toBeLessThan(0.02);
  });

  test('joined with the pictures it makes segments that decode as one file without a word', async () => {
    await whole.maker.all();
    const segments: Buffer[] = [];
    for (let k = 0; k < 10; k++) segments.push(await joinedSegment({ ...whole.ports }, '46p', k));
    expect(ffmpegWarnings(Buffer.concat(segments))).toBe('');
  });

  test('what is missing is silence: sound that begins late and ends early (FILE-01)', async () => {
    const late = clip('mkv', [
      ...picture('25', 8),
      ...['-itsoffset', '3'],
      ...sweep(2),
      ...coded,
      ...['-c:a', 'pcm_s16le'],
    ]);
    const grid = await openGrid(late);
    await grid.maker.all();
    const adts = Buffer.concat(
      await Promise.all([0, 1, 2, 3].map((k) => grid.ports.store.read('audio-0', k))),
    );
    const samples = samplesOf(adts);
    const loudest = (from: number, to: number) =>
      samples
        .subarray(from * 96_000, to * 96_000)
        .reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(loudest(0, 2.9)).toBeLessThan(40);
    expect(loudest(3.1, 4.9)).toBeGreaterThan(5000);
    expect(loudest(5.1, 7.9)).toBeLessThan(40);
  });
});

describe('what is missing', () => {
  test('a segment that many wait for is made once, and its sound with it; behind the end there is none', async () => {
    const file = clip('mp4', [...picture('25', 9), ...sweep(9), ...coded, '-c:a', 'aac']);
    const grid = await openGrid(file);
    await Promise.all([1, 2, 3].map(() => grid.maker.need('46p', 2)));
    expect(grid.made.toSorted()).toEqual(['46p/2', 'audio-0/2']);
    // Once it is fetched, what comes next is made, to the end of the video.
    grid.maker.ahead('46p', 2);
    await Promise.all(grid.maker.running().map((run) => run.ended));
    expect(grid.made.toSorted()).toEqual(
      ['46p', 'audio-0']
        .flatMap((row) => [2, 3, 4].map((k) => `${row}/${k}`))
        .concat(['audio-0/5', 'audio-0/6', 'audio-0/7']),
    );
    const before = await cutOf(grid, '46p', 2);
    await Promise.all([grid.maker.all(), grid.maker.need('90p', 3)]);
    expect(await cutOf(grid, '46p', 2)).toEqual(before);
    expect(grid.made.toSorted()).toEqual(
      [...ROWS, 'audio-0']
        .flatMap((row) => [0, 1, 2, 3, 4].map((k) => `${row}/${k}`))
        .concat(['audio-0/5', 'audio-0/6', 'audio-0/7'])
        .toSorted(),
    );
    await expect(grid.maker.need('46p', 5)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('whoever comes in the moment when another one leaves gets his segment', async () => {
    const grid = await openGrid(clip('mp4', [...picture('25', 9), ...sweep(9), ...coded, '-c:a', 'aac']));
    const gone = new AbortController();
    const first = grid.maker.need('46p', 2, gone.signal);
    await expect.poll(() => grid.maker.running().length).toBe(2);
    gone.abort();
    await expect(first).rejects.toThrow('aborted');
    // The work of the first one has been told to end, and has not ended.
    expect(grid.maker.running().map((run) => run.stopped)).toEqual([true, true]);
    await grid.maker.need('90p', 2);
    await grid.maker.need('46p', 2);
    expect(grid.made).toEqual(expect.arrayContaining(['46p/2', '90p/2', 'audio-0/2']));
  });

  test('sound is made beside the pictures, and a failure of the one ends the other', async () => {
    const file = clip('mp4', [...picture('25', 30), ...sweep(30), ...coded, '-c:a', 'aac']);
    const grid = await openGrid(file);
    const whole = grid.maker.all();
    // Either may be the first to begin.
    const running = () => grid.maker.running().flatMap((run) => run.rows);
    await expect.poll(() => running().toSorted(), { interval: 2 }).toEqual([...ROWS, 'audio-0'].toSorted());
    expect(await whole).toBe(750);
    expect(grid.late).toEqual([]);
    // A track that is not in the file.
    const { facts } = grid.ports;
    const bad = await openGrid(file, { facts: { ...facts, tracks: [{ ...facts.tracks![0]!, index: 7 }] } });
    await expect(bad.maker.all()).rejects.toMatchObject({ code: 'TRANSCODE_FAILED' });
    expect(bad.maker.running()).toEqual([]);
    expect(bad.ports.store.frames).toBeNull();
  });

  test('only segments that are not there are made, in runs of exactly the rungs that lack them', async () => {
    const file = clip('mp4', [...picture('25', 12), ...coded]);
    const first = await openGrid(file);
    await first.maker.all();
    const cuts = await Promise.all([0, 1, 2, 3, 4, 5].map((k) => cutOf(first, '90p', k)));
    const folder = dirname(dirname(first.ports.store.path('90p', 0)));
    for (const name of ['90p/1.v.ts', '90p/2.v.ts', '90p/5.v.ts', '46p/2.v.ts', 'end.json'])
      rmSync(join(folder, name));
    const again = await openGrid(file, { folder });
    expect(await again.maker.all()).toBe(300);
    expect(again.made.toSorted()).toEqual(['46p/2', '90p/1', '90p/2', '90p/5']);
    expect(again.late).toEqual([]);
    expect(await Promise.all([0, 1, 2, 3, 4, 5].map((k) => cutOf(again, '90p', k)))).toEqual(cuts);
    const other = await openGrid(file, { folder, segmentSeconds: 4 });
    expect(other.ports.store.has('90p', 0)).toBe(false);
  });

  test('pictures that are held under longer sound are made after an interruption too (FILE-01)', async () => {
    const file = clip('mkv', [...picture('25', 4), ...sweep(12), ...coded, '-c:a', 'pcm_s16le']);
    const whole = await openGrid(file);
    const frames = await whole.maker.all();
    expect(frames / 25).toBeCloseTo(12, 0);
    const alone = await openGrid(file);
    await makePictures(alone.ports, { rungs: alone.plan.rungs, from: 4, to: 6 });
    for (const k of [4, 5]) expect(await cutOf(alone, '46p', k)).toEqual(await cutOf(whole, '46p', k));
  });
});
