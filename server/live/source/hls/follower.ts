import type { Clock } from '../../../core/clock.ts';
import type { UpstreamMedia, UpstreamSegment } from '../../../media/hls/parse-media.ts';
import { besideOf, isStale, nameOf, newParts, type Part, targetSeconds } from './window.ts';

/** A list is frozen when it did not move on for 1.5 target durations and two seconds (contracts.md §5). */
const FROZEN_TARGETS = 1.5;
const FROZEN_EXTRA_MS = 2000;
const SHORTEST_POLL_MS = 250;
const NAMES_KEPT = 64;
const STALE_LISTS_ALLOWED = 2;

/** Follows one media playlist: what of it comes next, when to ask again, and when it counts as frozen. */
export class Follower {
  readonly #clock: Clock;
  readonly #names = new Map<number, string>();
  #sequence: number | null = null;
  #parts: Part[] = [];
  #movedAtMs: number;
  #dueAtMs = 0;
  #staleLists = 0;
  targetS = 1;
  ended = false;
  url = '';

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#movedAtMs = clock.monotonicMs();
  }

  /** Takes a version of the list; the first one begins beside a segment of another list when it is told. */
  load(list: UpstreamMedia, url: string, beside?: UpstreamSegment): void {
    const now = this.#clock.monotonicMs();
    const played = this.#sequence === null ? null : { sequence: this.#sequence, names: this.#names };
    this.url = url;
    this.ended = list.ended;
    this.targetS = targetSeconds(list);
    const stale = isStale(list, played) && ++this.#staleLists <= STALE_LISTS_ALLOWED;
    if (!stale) this.#staleLists = 0;
    this.#parts = stale ? [] : newParts(list, url, played, beside);
    const moved = this.#parts.length > 0;
    if (moved) this.#movedAtMs = now;
    // A list that has not changed is asked for again after half a target duration (RFC 8216 §6.3.4).
    const lastS = Math.min(this.targetS, list.segments.at(-1)?.durationS ?? this.targetS);
    this.#dueAtMs = now + Math.max(SHORTEST_POLL_MS, moved ? lastS * 1000 : this.targetS * 500);
  }

  /** What to fetch next, without taking it away. */
  get next(): Part | undefined {
    return this.#parts[0];
  }

  /** Leaves out what comes before the next discontinuity. */
  dropToDiscontinuity(): void {
    for (let left = this.#parts.findIndex((part) => part.segment.discontinuity); left > 0; left--)
      this.done();
  }

  /** Leaves out what comes before a segment of another list. */
  dropTo(segment: UpstreamSegment): void {
    const segments = this.#parts.map((part) => part.segment);
    for (let left = besideOf(segments, segment); left > 0; left--) this.done();
  }

  /** The next part was played, or is given up. */
  done(): void {
    const part = this.#parts.shift();
    if (!part) return;
    const { sequence } = part.segment;
    if (this.#sequence !== null && sequence < this.#sequence) this.#names.clear();
    this.#sequence = sequence;
    this.#names.set(sequence, nameOf(part.segment));
    const oldest = this.#names.keys().next().value;
    if (this.#names.size > NAMES_KEPT && oldest !== undefined) this.#names.delete(oldest);
    this.#movedAtMs = this.#clock.monotonicMs();
  }

  /** Asks again after this long, whatever the list said. */
  retryIn(waitMs: number): void {
    this.#dueAtMs = this.#clock.monotonicMs() + waitMs;
  }

  /** Until the list is to be asked for again, in ms; not below zero. */
  get dueInMs(): number {
    return Math.max(0, this.#dueAtMs - this.#clock.monotonicMs());
  }

  /** Until the list counts as frozen, in ms. */
  get frozenInMs(): number {
    const limitMs = FROZEN_TARGETS * this.targetS * 1000 + FROZEN_EXTRA_MS;
    return this.#movedAtMs + limitMs - this.#clock.monotonicMs();
  }
}
