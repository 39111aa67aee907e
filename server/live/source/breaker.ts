import type { AppError } from '../../core/errors.ts';
import type { LiveSource } from '../types.ts';
import { BACKOFF, restMs, sortOf } from './policy.ts';

/** What is remembered of one source. */
export type BreakerFacts = {
  failures: number;
  restUntilMs: number;
  lastError: { atWallMs: number; error: AppError } | null;
};

type Breaker = BreakerFacts & {
  triedAtMs: number;
  /** Good checks in a row while it rested. */
  proofs: number;
  /** Mark of the last good check: a list that has not moved since proves nothing. */
  mark: string | null;
  /** How often it failed soon after it was returned to. */
  relapses: number;
};

type Ports = { nowMs(): number; wallMs(): number; random(): number };

const FORGET_AFTER_MS = 3_600_000;
const MOST_KEPT = 20_000;

/**
 * Remembers over sessions which sources failed, so that a dead one is not tried again and again: each failure doubles
 * the rest, counted from the beginning of the last try.
 */
export class Breakers {
  readonly #ports: Ports;
  readonly #known = new Map<string, Breaker>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  of(source: LiveSource): Readonly<Breaker> {
    return this.#known.get(keyOf(source)) ?? NEW;
  }

  rests(source: LiveSource): boolean {
    return this.of(source).restUntilMs > this.#ports.nowMs();
  }

  tried(source: LiveSource): void {
    this.#touch(source).triedAtMs = this.#ports.nowMs();
  }

  /** A try or a life came to its end. `livedMs` is null when it never brought a picture. */
  failed(source: LiveSource, error: AppError, livedMs: number | null): void {
    const breaker = this.#touch(source);
    const sort = sortOf(error);
    breaker.lastError = { atWallMs: this.#ports.wallMs(), error };
    breaker.proofs = 0;
    if (BACKOFF[sort].counts) {
      const lived = livedMs !== null && livedMs >= BACKOFF.provenMs;
      breaker.failures = lived ? 1 : breaker.failures + 1;
    }
    const { failures, triedAtMs } = breaker;
    const rest = restMs({ sort, failures, random: this.#ports.random() });
    const nowMs = this.#ports.nowMs();
    // Tries keep their distance from each other; what was said of waiting counts from now.
    const askedMs = Math.min((error.retryAfterSeconds ?? 0) * 1000, BACKOFF.longestRetryAfterMs);
    breaker.restUntilMs = Math.max((BACKOFF[sort].counts ? triedAtMs : nowMs) + rest, nowMs + askedMs);
  }

  /** It failed soon after it was returned to: the next return needs a longer proof. */
  relapsed(source: LiveSource): void {
    this.#touch(source).relapses++;
  }

  /** Rests for so long without having failed. */
  restFor(source: LiveSource, ms: number): void {
    this.#touch(source).restUntilMs = this.#ports.nowMs() + ms;
  }

  /** It has played long enough: what was before is forgotten. */
  proved(source: LiveSource): void {
    const breaker = this.#touch(source);
    Object.assign(breaker, { failures: 0, proofs: 0, relapses: 0 });
  }

  /** A check went well; answers how many went well in a row. The same mark twice counts once. */
  checked(source: LiveSource, mark: string | null): number {
    const breaker = this.#touch(source);
    const moved = mark === null || mark !== breaker.mark;
    breaker.mark = mark;
    if (moved) breaker.proofs++;
    const waitMs = Math.min(BACKOFF.checkEveryMs * 2 ** breaker.relapses, BACKOFF.longestCheckMs);
    breaker.restUntilMs = this.#ports.nowMs() + waitMs;
    return breaker.proofs;
  }

  #touch(source: LiveSource): Breaker {
    const key = keyOf(source);
    let breaker = this.#known.get(key);
    if (!breaker) {
      this.#trim();
      breaker = { ...NEW, triedAtMs: this.#ports.nowMs() };
      this.#known.set(key, breaker);
    }
    return breaker;
  }

  #trim(): void {
    if (this.#known.size < MOST_KEPT) return;
    const oldMs = this.#ports.nowMs() - FORGET_AFTER_MS;
    for (const [key, breaker] of this.#known) if (breaker.triedAtMs < oldMs) this.#known.delete(key);
    const oldest = this.#known.keys().next();
    if (this.#known.size >= MOST_KEPT && !oldest.done) this.#known.delete(oldest.value);
  }
}

const NEW: Breaker = {
  failures: 0,
  restUntilMs: 0,
  lastError: null,
  triedAtMs: 0,
  proofs: 0,
  mark: null,
  relapses: 0,
};

/** Another address under the same id is another source. */
const keyOf = (source: LiveSource): string => `${source.id} ${source.url}`;
