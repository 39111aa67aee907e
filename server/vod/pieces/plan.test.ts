import { expect, test } from 'vitest';
import type { Generation } from '../generation.ts';
import { rangesOf } from '../segment-map.ts';
import { Pace } from './pace.ts';
import { missingRanges, planPieces } from './plan.ts';

const generation = (container: string, durationSeconds: number | null, promised: number | null, tracks = 1) =>
  ({
    promisedFrames: promised,
    frames: null,
    facts: { container, durationSeconds, video: { durationSeconds } },
    plan: {
      rate: { num: 25, den: 1 },
      segmentSeconds: 6,
      rungs: [{ id: '360p' }, { id: '720p' }],
      tracks: Array.from({ length: tracks }, (_, index) => ({ index, language: null })),
    },
  }) as unknown as Generation;

test('a film is cut into pieces of two minutes whose last one is open, and its sound into longer ones', () => {
  const ranges = planPieces(generation('mov', 900, 900 * 25, 2));
  const pictures = ranges.filter(({ kind }) => kind === 'pictures');
  expect(pictures.map(({ fromSegment }) => fromSegment)).toEqual([0, 20, 40, 60, 80, 100, 120, 140]);
  expect(pictures.at(-2)).toMatchObject({ toSegment: 140 });
  expect(pictures.at(-1)).toMatchObject({ toSegment: null });
  const sound = ranges.filter(({ kind }) => kind === 'sound');
  expect(sound.map(({ track, fromSegment, toSegment }) => [track, fromSegment, toSegment])).toEqual([
    [0, 0, 100],
    [0, 100, 150],
    [1, 0, 100],
    [1, 100, 150],
  ]);
});

test('where a seek is not exact the pieces are longer, so that a long recording lets others have their turn too', () => {
  const ranges = planPieces(generation('mpegts', 900, null, 0));
  expect(ranges.map(({ fromSegment, toSegment }) => [fromSegment, toSegment])).toEqual([
    [0, 50],
    [50, 100],
    [100, null],
  ]);
});

test('of a length that is not known the pictures are one piece', () => {
  expect(planPieces(generation('matroska', null, null))).toEqual([
    { kind: 'pictures', track: 0, fromSegment: 0, toSegment: null },
  ]);
});

test('where times jump the sound is one piece too, since each one reads the file from its beginning', () => {
  const recording = generation('mpegts', 7200, null);
  const jumping = { ...recording, facts: { ...recording.facts, jumps: true } };
  expect(planPieces(recording)).toHaveLength(12 + 24);
  expect(planPieces(jumping)).toEqual([
    { kind: 'sound', track: 0, fromSegment: 0, toSegment: 1200 },
    { kind: 'pictures', track: 0, fromSegment: 0, toSegment: null },
  ]);
});

test('what a finished plan lacks is asked for again: lost files, and sound behind the promised end', () => {
  const has = (row: string, k: number) => !(row === '720p' && k === 3) && !(row === 'audio-0' && k >= 8);
  expect(missingRanges(generation('mov', 60, 60 * 25), 60 * 25, has)).toEqual([
    { kind: 'pictures', track: 0, fromSegment: 3, toSegment: 10 },
    { kind: 'sound', track: 0, fromSegment: 8, toSegment: 10 },
  ]);
  expect(missingRanges(generation('mov', 60, 60 * 25), 60 * 25, () => true)).toEqual([]);
});

test('the share counts what is there and what is begun, and the speed is that of the last half minute', () => {
  let nowMs = 0;
  const pace = new Pace(generation('mov', 120, 120 * 25), () => nowMs);
  const at = (made: number, running: object[] = []) => {
    const have = new Set(Array.from({ length: made }, (_, k) => k));
    const rows = new Map([
      ['360p', have],
      ['720p', have],
    ]);
    return pace.at({ store: { rows: () => rows }, maker: { running: () => running } } as never);
  };
  expect(at(0)).toEqual({ share: 0, speed: null, etaSeconds: null });
  nowMs = 10_000;
  expect(at(5)).toEqual({ share: 0.25, speed: 3, etaSeconds: 30 });
  const half = { rows: ['360p', '720p'], next: 5, to: 20, atSeconds: 33 };
  expect(at(5, [half]).share).toBeCloseTo(0.275, 5);
  nowMs = 100_000;
  expect(at(20)).toEqual({ share: 1, speed: null, etaSeconds: null });
});

test('numbers that follow one another become ranges', () => {
  expect(rangesOf(new Set([5, 0, 1, 2, 7, 6]))).toEqual([
    [0, 3],
    [5, 8],
  ]);
  expect(rangesOf(new Set())).toEqual([]);
});
