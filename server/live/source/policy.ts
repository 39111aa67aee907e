import type { ErrorCode } from '../../../lib/contract/errors.ts';
import type { AppError } from '../../core/errors.ts';

/** Limits for sources (contracts.md §5). */
export const LIMITS = {
  headersMs: 2500,
  onlySourceHeadersMs: 10_000,
  firstPacketMs: 3000,
  /** From the request to the first picture, keyframe or not: headers, packets, and the picture missing among them. */
  firstPictureMs: 5500,
  /** A joining source that has shown pictures and stops showing them. */
  joinSilentMs: 1000,
  /** Pictures flow, but no keyframe comes: with other sources left, and on the last one. */
  firstKeyframeMs: 5000,
  lastFirstKeyframeMs: 15_000,
  silentMs: 2000,
  longestSilentMs: 5000,
  silentPerGap: 4,
  /** Sound that stays behind the picture by so much is missing. */
  soundMissingMs: 5000,
  /** Picture that stays behind the sound by so much is missing, in sources that come in pieces. */
  pictureMissingMs: 4000,
  /** After no source had sound: how long until the others are asked again. */
  soundAgainMs: 60_000,
  /** The only time a channel has two connections: a planned switch. */
  overlapMs: 2000,
  /** When nothing else is known, viewers are told to come back after this. */
  shortestRetryMs: 1000,
  /** How long a source has played before a better one is looked for. */
  settledMs: 5000,
} as const;

/** What kind of failure it was: it decides how long the source rests. */
export type FailureSort =
  | 'unreachable'
  | 'refused'
  | 'silent'
  | 'picture-missing'
  | 'sound-missing'
  | 'no-keyframe'
  | 'not-media'
  | 'busy'
  | 'unplayable';

type Rest = {
  /** Raises the number of failures, which doubles the rest. */
  counts: boolean;
  /** Shortest rest in ms, from the beginning of the try. */
  firstMs: number;
};

const USUAL: Rest = { counts: true, firstMs: 5000 };

/** The policy table: every failure leads to the next source at once; this says how long the failed one rests. */
export const BACKOFF = {
  unreachable: USUAL,
  refused: USUAL,
  silent: USUAL,
  'picture-missing': USUAL,
  'no-keyframe': USUAL,
  'not-media': USUAL,
  'sound-missing': { counts: false, firstMs: LIMITS.soundAgainMs },
  busy: { counts: false, firstMs: 1000 },
  /** Only an admin can mend it: asked again rarely. */
  unplayable: { counts: true, firstMs: 60_000 },
  longestMs: 60_000,
  longestRetryAfterMs: 300_000,
  jitter: 0.2,
  /** A source that lived this long may be opened again at once. */
  provenMs: 10_000,
  /** A source that lived this long is as good as new. */
  forgivenMs: 60_000,
  /** Good checks before a better source is returned to, and the time between them. */
  proofs: 2,
  checkEveryMs: 5000,
  longestCheckMs: 300_000,
} as const satisfies Record<FailureSort, Rest> & Record<string, unknown>;

const SORTS: Partial<Record<ErrorCode, FailureSort>> = {
  UPSTREAM_STATUS: 'refused',
  UPSTREAM_TIMEOUT: 'silent',
  UPSTREAM_NOT_MEDIA: 'not-media',
  UPSTREAM_TOO_LARGE: 'not-media',
  UPSTREAM_REDIRECTS: 'not-media',
  PROVIDER_BUSY: 'busy',
  SOURCE_KIND_UNSUPPORTED: 'unplayable',
  ADDRESS_INVALID: 'unplayable',
  ADDRESS_BLOCKED: 'unplayable',
  UPSTREAM_TLS: 'unplayable',
  FFMPEG_MISSING: 'unplayable',
};

/** The sort of a failure: the one it names itself, else by its code. */
export function sortOf(error: AppError): FailureSort {
  const details = error.details;
  if (typeof details === 'object' && details !== null && 'sort' in details)
    return details.sort as FailureSort;
  return SORTS[error.code] ?? 'unreachable';
}

/** How long a source rests after its n-th failure in a row; `random` is 0 … 1. */
export function restMs(failure: { sort: FailureSort; failures: number; random: number }): number {
  const { firstMs, counts } = BACKOFF[failure.sort];
  const doubled = counts ? firstMs * 2 ** Math.max(0, failure.failures - 1) : firstMs;
  const base = Math.min(doubled, Math.max(BACKOFF.longestMs, firstMs));
  return Math.round(base * (1 + BACKOFF.jitter * failure.random));
}

/** What is known when a source has to be chosen. */
export type Round = {
  count: number;
  /** The source that failed just now; null at the start. */
  current: number | null;
  /** Sources that were tried in vain since the last picture. */
  tried: ReadonlySet<number>;
  rests(index: number): boolean;
};

/** The best source that neither rests nor was tried in this round; the failed one comes last. Null when none is left. */
export function chooseNext({ count, current, tried, rests }: Round): number | null {
  const usable = (index: number) => !tried.has(index) && !rests(index);
  for (let index = 0; index < count; index++) if (index !== current && usable(index)) return index;
  return current !== null && current < count && usable(current) ? current : null;
}

/** How long a running source may bring nothing: two seconds, or four times its own rhythm up to five. */
export function silenceLimitMs(gapsMs: readonly number[]): number {
  if (gapsMs.length === 0) return LIMITS.silentMs;
  const sorted = [...gapsMs].sort((a, b) => a - b);
  const p99 = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))]!;
  return Math.min(LIMITS.longestSilentMs, Math.max(LIMITS.silentMs, p99 * LIMITS.silentPerGap));
}

export const headersLimitMs = (othersLeft: boolean): number =>
  othersLeft ? LIMITS.headersMs : LIMITS.onlySourceHeadersMs;

/** The reason alone, as it may stand inside another sentence. */
export function reasonOf(error: AppError): string {
  const details = error.details;
  const known =
    typeof details === 'object' && details !== null && 'reason' in details ? details.reason : null;
  return typeof known === 'string' ? known : error.message;
}
