import { expect, it } from 'vitest';
import type { StreamRung } from '../../lib/contract/live-rungs.ts';
import {
  encoderWords,
  figuresOf,
  makingWords,
  partRungs,
  qualityName,
  sentence,
  watchWords,
} from './rung-words.ts';

const rung = (change: Partial<StreamRung>): StreamRung => ({
  rung: '720p',
  state: 'running',
  reason: null,
  viewers: 1,
  width: 1280,
  height: 720,
  encoder: 'libx264',
  speed: 1.018,
  cpu_percent: 63.6,
  lag_ms: 312,
  bits_per_second: 2_410_000,
  restarts: 0,
  started_at: null,
  ...change,
});

it('an encoder says how fast it is, what it costs, how far behind it is and what comes out (S1.11)', () =>
  expect(figuresOf(rung({})).map(({ label, value }) => `${label} ${value}`)).toEqual([
    'Speed 1.02×',
    'CPU 64 %',
    'Behind 0.3 s',
    'Bit rate 2.4 Mb/s',
  ]));

it('what is not known yet is a dash, and what does not keep pace is marked', () => {
  const unknown = rung({ speed: null, cpu_percent: null, lag_ms: null, bits_per_second: null });
  expect(figuresOf(unknown).map(({ value }) => value)).toEqual(['–', '–', '–', '–']);
  expect([0.97, 0.99, 1.4].map((speed) => figuresOf(rung({ speed }))[0]?.slow)).toEqual([true, false, false]);
});

it.each([
  [{}, 'libx264, 1280 × 720'],
  [{ restarts: 1 }, 'libx264, 1280 × 720, started again once'],
  [{ encoder: null, width: null, restarts: 3 }, 'started again 3 times'],
  [{ encoder: null, height: null }, ''],
] as const)('how it is made: %j', (change, text) => expect(makingWords(rung(change))).toBe(text));

it('rungs that are off stand apart from those that run or were refused', () => {
  const rungs = [
    rung({ state: 'refused' }),
    rung({ rung: '480p', state: 'lowered' }),
    rung({ rung: '360p', state: 'off' }),
  ];
  const { busy, off } = partRungs(rungs);
  expect([busy.map((one) => one.rung), off]).toEqual([['720p', '480p'], ['360p']]);
});

it('counts people and encoders in words', () => {
  expect([0, 1, 1200].map(watchWords)).toEqual(['nobody watches it', '1 viewer', '1,200 viewers']);
  expect([0, 1, 3].map(encoderWords)).toEqual([null, '1 encoder', '3 encoders']);
  expect(['source', '480p', null].map(qualityName)).toEqual(['Source', '480p', null]);
});

it('a reason is a sentence', () =>
  expect(['its last viewer left', 'Too slow.'].map(sentence)).toEqual([
    'Its last viewer left.',
    'Too slow.',
  ]));
