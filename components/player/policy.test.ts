import { describe, expect, it } from 'vitest';
import {
  type Fault,
  type FaultKind,
  faultOfAnswer,
  faultOfElement,
  faultOfEngine,
  retryAfterMs,
} from './fault.ts';
import { decide, type Means, POLICY } from './policy.ts';

const ALL: Means = { hasNextMode: true, canRenew: true };
const NONE: Means = { hasNextMode: false, canRenew: false };
const fault = (kind: FaultKind, more: Partial<Fault> = {}): Fault => ({
  kind,
  code: 'x',
  retryAfterMs: null,
  sentence: null,
  ...more,
});

/** Everything that is done when the same fault comes back until the policy gives up. */
const course = (of: Fault, means: Means): string[] => {
  const done: string[] = [];
  let tried = 0;
  for (let i = 0; i < 100; i += 1) {
    const step = decide(of, tried, means);
    tried = step.tried;
    done.push(step.action.do);
    if (step.action.do === 'give-up') return done;
  }
  throw new Error('never gives up');
};

describe('the policy for faults', () => {
  it.each(Object.keys(POLICY) as FaultKind[])('ends for %s with a sentence, whatever is possible', (kind) => {
    for (const means of [ALL, NONE]) expect(course(fault(kind), means).at(-1)).toBe('give-up');
  });

  it('goes on one second later with each round of a damaged part, then takes the file', () => {
    const skips: number[] = [];
    let tried = 0;
    for (;;) {
      const { action, tried: next } = decide(fault('decode'), tried, ALL);
      if (action.do !== 'recover') {
        expect(action.do).toBe('next-mode');
        break;
      }
      skips.push(action.skipSeconds);
      tried = next;
    }
    expect(skips).toEqual([1, 2, 3, 4]);
  });

  it('waits as long as Retry-After says', () =>
    expect(decide(fault('busy', { retryAfterMs: 1000 }), 0, ALL).action).toEqual({
      do: 'retry',
      delayMs: 1000,
    }));

  it('renews a link first, and never when there is nobody to ask', () => {
    expect(decide(fault('link'), 0, ALL).action.do).toBe('renew');
    expect(course(fault('link'), NONE)).toEqual(['retry', 'give-up']);
  });

  it('tries a server that has a fault a few times, then the file', () =>
    expect(course(fault('server'), ALL)).toEqual([
      'retry',
      'retry',
      'retry',
      'next-mode',
      'retry',
      'give-up',
    ]));

  it('takes the next mode at once for a codec, and says so when there is none', () => {
    expect(course(fault('codec'), ALL)).toEqual(['next-mode', 'give-up']);
    expect(course(fault('codec'), NONE)).toEqual(['give-up']);
  });

  it("ends with the server's own sentence when it gave one", () =>
    expect(decide(fault('codec', { sentence: 'Use VLC.' }), 0, NONE).action).toMatchObject({
      sentence: 'Use VLC.',
    }));
});

describe('the kind of a fault', () => {
  const answer = (status: number, retryAfter: string | null = null, text: string | null = null) =>
    faultOfAnswer({ status, retryAfter, text }, 0);

  it.each([
    [0, 'network'],
    [401, 'link'],
    [403, 'link'],
    [410, 'stopped'],
    [404, 'missing'],
    [409, 'codec'],
    [429, 'busy'],
    [500, 'server'],
    [502, 'network'],
    [503, 'busy'],
  ])('of status %i is %s', (status, kind) => expect(answer(status).kind).toBe(kind));

  it('of 409 with Retry-After is "not ready"', () =>
    expect(answer(409, '2')).toMatchObject({ kind: 'not-ready', retryAfterMs: 2000 }));

  it('keeps a plain sentence, never a page, a playlist or JSON', () => {
    expect(answer(503, null, 'No source works right now.\n').sentence).toBe('No source works right now.');
    for (const text of ['<html>', '{"error":1}', '#EXTM3U', '', 'x'.repeat(400)]) {
      expect(answer(503, null, text).sentence).toBeNull();
    }
  });

  it.each([
    ['mediaError', 'bufferAddCodecError', 'codec'],
    ['networkError', 'fragLoadTimeOut', 'network'],
    ['mediaError', 'bufferAppendError', 'decode'],
  ])('of the engine: %s %s is %s', (type, details, kind) =>
    expect(faultOfEngine(type, details).kind).toBe(kind),
  );

  it.each([
    [2, 'network'],
    [3, 'decode'],
    [4, 'codec'],
  ])('of the element: code %i is %s', (code, kind) => expect(faultOfElement(code).kind).toBe(kind));
});

describe('Retry-After', () => {
  it.each([
    ['2', 2000],
    ['0', 0],
    ['Thu, 01 Jan 1970 00:00:05 GMT', 5000],
    ['soon', null],
    ['', null],
    [null, null],
  ])('%j is %j ms', (header, ms) => expect(retryAfterMs(header, 0)).toBe(ms));
});
