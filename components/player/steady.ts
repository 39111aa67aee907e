/** How long a better quality has to fit before Auto goes up: each quality is an encoder that the server starts. */
const CLIMB_MS = 6000;
/** A climb that was followed by a fall within this time was wrong: the next one is waited for twice as long. */
const PROOF_MS = 30_000;
const LONGEST_CLIMB_MS = 96_000;
const REST_MS = 20_000;
const LONGEST_REST_MS = 120_000;

type Rest = { untilMs: number; lastsMs: number };

/**
 * Keeps Auto calm: down at once, up only when the wish lasts, and never to a quality that the server has just refused.
 * Qualities are numbers of hls.js, lowest first.
 */
export class Steady {
  readonly #nowMs: () => number;
  readonly #rests = new Map<number, Rest>();
  /** Auto never goes above it; null = no limit. */
  ceiling: number | null = null;
  /** Whether one may go over to a quality now; where not, it is being started. */
  isReady: (level: number) => boolean = () => true;
  /** Whatever the line carries: the lowest quality is there soonest. */
  lowestOnly = false;
  #current = -1;
  #wishSinceMs: number | null = null;
  #climbedAtMs = Number.NEGATIVE_INFINITY;
  #climbMs = CLIMB_MS;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The quality to load now, where the line would carry `wanted` and `current` is being loaded (-1 = none yet). */
  choose(wanted: number, current: number, count: number): number {
    this.#note(current);
    if (this.lowestOnly) return this.nearest(0, count);
    const best = this.nearest(Math.min(wanted, this.ceiling ?? wanted), count);
    if (current < 0 || best <= current || this.isResting(current)) this.#wishSinceMs = null;
    if (current < 0 || best === current || this.isResting(current)) return best;
    const now = this.#nowMs();
    if (best > current) {
      this.#wishSinceMs ??= now;
      if (now - this.#wishSinceMs < this.#climbMs) return current;
    }
    return this.isReady(best) ? best : current;
  }

  /** The quality itself, else the next lower, else the next higher one that is not resting. */
  nearest(wanted: number, count: number): number {
    for (let i = wanted; i >= 0; i -= 1) if (!this.isResting(i)) return i;
    for (let i = wanted + 1; i < count; i += 1) if (!this.isResting(i)) return i;
    return wanted;
  }

  /** The server refused it: it is left alone for a while, longer each time. Answers how long. */
  rest(level: number, atLeastMs: number): number {
    const before = this.#rests.get(level)?.lastsMs ?? REST_MS / 2;
    const lastsMs = Math.min(LONGEST_REST_MS, Math.max(before * 2, atLeastMs));
    this.#rests.set(level, { untilMs: this.#nowMs() + lastsMs, lastsMs });
    return lastsMs;
  }

  isResting(level: number): boolean {
    return (this.#rests.get(level)?.untilMs ?? 0) > this.#nowMs();
  }

  /** It works again. */
  proved(level: number): void {
    this.#rests.delete(level);
  }

  #note(current: number): void {
    if (current === this.#current) return;
    const now = this.#nowMs();
    if (current > this.#current) this.#climbedAtMs = this.#current < 0 ? this.#climbedAtMs : now;
    else if (now - this.#climbedAtMs < PROOF_MS)
      this.#climbMs = Math.min(LONGEST_CLIMB_MS, this.#climbMs * 2);
    else this.#climbMs = CLIMB_MS;
    this.#current = current;
    this.#wishSinceMs = null;
  }
}
