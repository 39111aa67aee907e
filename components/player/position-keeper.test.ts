import { beforeEach, expect, test } from 'vitest';
import { PositionKeeper } from './position-keeper.ts';

let nowMs = 0;
let saved: [string, number][] = [];
let keeper: PositionKeeper;
beforeEach(() => {
  nowMs = 0;
  saved = [];
  keeper = new PositionKeeper({ nowMs: () => nowMs, save: (id, seconds) => saved.push([id, seconds]) });
});

/** Plays from one second to another, four reports a second. */
const play = (from: number, to: number): void => {
  for (let at = from; at <= to; at += 0.25) {
    keeper.note(at, 'playing');
    nowMs += 250;
  }
};

test('while it plays the place is saved every ten seconds, and at once when it is paused (UX 20)', () => {
  keeper.open('film', 0);
  play(0, 25);
  expect(saved).toEqual([
    ['film', 10],
    ['film', 20],
  ]);
  keeper.note(25.25, 'paused');
  expect(saved.at(-1)).toEqual(['film', 25.3]);
  keeper.note(25.25, 'paused');
  keeper.flush();
  expect(saved).toHaveLength(3);
});

test('leaving saves the last place, also after a jump in a still picture', () => {
  keeper.open('film', 0);
  play(0, 3);
  keeper.note(3, 'paused');
  expect(saved).toEqual([]);
  keeper.note(300, 'paused');
  keeper.flush();
  expect(saved).toEqual([['film', 300]]);
});

test('the end forgets the place, and so does a return to the first seconds', () => {
  keeper.open('film', 120);
  play(120, 121);
  keeper.note(121, 'ended');
  expect(saved).toEqual([['film', 0]]);
  keeper.open('other', 60);
  keeper.note(2, 'playing');
  keeper.flush();
  expect(saved.at(-1)).toEqual(['other', 0]);
});

test('a source that was only opened keeps the place that it had', () => {
  keeper.open('film', 120);
  keeper.note(0, 'loading');
  keeper.note(0, 'waiting');
  keeper.flush();
  expect(saved).toEqual([]);
});

test('the next source saves the place of the one before, and live keeps none', () => {
  keeper.open('film', 0);
  play(40, 41);
  keeper.open(null, 0);
  expect(saved).toEqual([['film', 41]]);
  play(0, 60);
  keeper.flush();
  expect(saved).toHaveLength(1);
});
