import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { until } from '../../tests/support/until.ts';
import { WarmUp } from './warm-up.ts';

let nowMs = 0;
let answers: { address: string; answer: (response: Response) => void; signal: AbortSignal }[] = [];
const ready: number[] = [];
const refused: unknown[][] = [];
const warm = new WarmUp({
  nowMs: () => nowMs,
  address: (level) => (level === 3 ? null : `/list-${level}`),
  onReady: (level) => ready.push(level),
  onRefused: (...all) => refused.push(all),
});
beforeEach(() => {
  nowMs += 60_000;
  answers = [];
  ready.length = 0;
  refused.length = 0;
  vi.stubGlobal('fetch', (address: string, { signal }: { signal: AbortSignal }) => {
    return new Promise<Response>((answer, reject) => {
      signal.addEventListener('abort', () => reject(new Error('stopped')));
      answers.push({ address, answer, signal });
    });
  });
});
afterEach(() => {
  warm.cancel();
  vi.unstubAllGlobals();
});

it('asks once for a quality, and is ready when its list is there, for a moment', async () => {
  expect(warm.isReady(1)).toBe(false);
  expect(warm.isReady(1)).toBe(false);
  expect(answers.map(({ address }) => address)).toEqual(['/list-1']);
  answers[0]?.answer(new Response('#EXTM3U'));
  await until('it is ready', () => ready.length === 1);
  expect(warm.isReady(1)).toBe(true);
  nowMs += 13_000;
  expect(warm.isReady(1)).toBe(false);
});

it('asks for nothing that needs no start', () => {
  expect(warm.isReady(3)).toBe(true);
  expect(answers).toEqual([]);
});

it('lets go of a quality that is not wanted any more', async () => {
  warm.isReady(1);
  warm.isReady(0);
  expect(answers[0]?.signal.aborted).toBe(true);
  answers[1]?.answer(new Response('#EXTM3U'));
  await until('the other is ready', () => ready.length === 1);
  expect(ready).toEqual([0]);
});

it("tells a refusal in the server's words, and when to ask again", async () => {
  warm.isReady(1);
  const body = JSON.stringify({ error: { code: 'QUALITY_UNAVAILABLE', message: 'Too much to do.' } });
  answers[0]?.answer(new Response(body, { status: 503, headers: { 'Retry-After': '30' } }));
  await until('it was refused', () => refused.length === 1);
  expect(refused).toEqual([[1, 'Too much to do.', 30_000]]);
});

it('leaves every other failure to the engine', async () => {
  warm.isReady(1);
  answers[0]?.answer(new Response('', { status: 500 }));
  await until('the engine may try', () => ready.length === 1);
});
