import type { AppError } from '../../core/errors.ts';

/** Limits for sources (contracts.md §5). */
export const LIMITS = {
  headersMs: 2500,
  onlySourceHeadersMs: 10_000,
  firstPacketMs: 3000,
  /** From the request to the first whole keyframe; covers long keyframe distances. */
  firstKeyframeMs: 15_000,
  silentMs: 2000,
  longestSilentMs: 5000,
  silentPerGap: 4,
  /** A source that lived this long may be opened again at once. */
  provenMs: 10_000,
} as const;

const FIRST_RETRY_MS = 5000;
const LONGEST_RETRY_MS = 30_000;
const JITTER = 0.2;

/** What is known when a source has failed. */
export type Round = {
  count: number;
  /** The source that failed just now. */
  current: number;
  /** How long it had brought media; null when it never did. */
  livedMs: number | null;
  /** Sources that failed since one was last proven. */
  tried: ReadonlySet<number>;
};

export type Choice =
  | { next: number; tried: ReadonlySet<number> }
  | { next: null; tried: ReadonlySet<number> };

/**
 * The next source after a failure: the others in order after the failed one. The failed one itself comes last, and only
 * when it had proved itself, so that a source with short lives is never opened in a hot loop.
 */
export function chooseNext(round: Round): Choice {
  const proven = round.livedMs !== null && round.livedMs >= LIMITS.provenMs;
  const tried = new Set(proven ? [] : [...round.tried, round.current]);
  for (let step = 1; step <= round.count; step++) {
    const index = (round.current + step) % round.count;
    if (!tried.has(index)) return { next: index, tried };
  }
  return { next: null, tried };
}

/** How long to wait after all sources failed for the n-th time in a row; `random` is 0 … 1. */
export function retryDelayMs(failedRounds: number, random: number, retryAfterMs = 0): number {
  const base = Math.min(FIRST_RETRY_MS * 2 ** Math.max(0, failedRounds - 1), LONGEST_RETRY_MS);
  const jittered = base * (1 + JITTER * random);
  return Math.round(Math.max(jittered, Math.min(retryAfterMs, 10 * LONGEST_RETRY_MS)));
}

/** How long a running source may bring nothing: two seconds, or four times its own rhythm up to five. */
export function silenceLimitMs(gapsMs: readonly number[]): number {
  if (gapsMs.length === 0) return LIMITS.silentMs;
  const sorted = [...gapsMs].sort((a, b) => a - b);
  const p99 = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))]!;
  return Math.min(LIMITS.longestSilentMs, Math.max(LIMITS.silentMs, p99 * LIMITS.silentPerGap));
}

export const headersLimitMs = (sourceCount: number): number =>
  sourceCount > 1 ? LIMITS.headersMs : LIMITS.onlySourceHeadersMs;

/** The reason alone, as it may stand inside another sentence. */
export function reasonOf(error: AppError): string {
  const details = error.details;
  const known =
    typeof details === 'object' && details !== null && 'reason' in details ? details.reason : null;
  return typeof known === 'string' ? known : error.message;
}
