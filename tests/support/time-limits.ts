import { expect } from 'vitest';
import { asText, lateMs } from './lag.ts';
import type { MarkedViewer } from './provider/marks.ts';

/** What happened at `toMs` was in time; if not, the error tells what was seen. */
export function expectWithin(
  limitMs: number,
  { fromMs, toMs = performance.now(), seen }: { fromMs: number; toMs?: number; seen?: () => unknown },
): void {
  const busyMs = Math.round(lateMs(fromMs, toMs));
  const told = `it took ${Math.round(toMs - fromMs)} ms, of which the machine was busy for ${busyMs} ms`;
  expect(toMs - fromMs - busyMs, seen ? `${told}; seen: ${asText(seen())}` : told).toBeLessThan(limitMs);
}

/** The time between two moments of `wallMs`, for a viewer that tells what it saw. */
export const span = (fromWallMs: number, toWallMs: number, { seen }: { seen: readonly unknown[] }) => ({
  fromMs: fromWallMs - performance.timeOrigin,
  toMs: toWallMs - performance.timeOrigin,
  seen: () => seen,
});

const BUSY_MS = 1000;

/** What may be the cause of a failure: on a machine that was busy for long, a limit of time may come before it. */
export const causes = (code: string, { fromMs, toMs }: { fromMs: number; toMs: number }): string[] =>
  lateMs(fromMs, toMs) > BUSY_MS ? [code, 'UPSTREAM_TIMEOUT'] : [code];

const SPARE_MS = 20_000;

/** Waits until a viewer sees a clip, which has to be in time. */
export async function seesWithin(viewer: MarkedViewer, clip: string, limitMs: number): Promise<void> {
  const fromMs = performance.now();
  await viewer.sees(clip, limitMs + SPARE_MS);
  expectWithin(limitMs, { fromMs, seen: () => viewer.seen });
}
