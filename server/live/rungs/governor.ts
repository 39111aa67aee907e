import { availableParallelism } from 'node:os';
import { LIVE_RUNGS } from '../../../lib/contract/live-rungs.ts';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { EncoderPlace, EncoderReading, Governor, LiveRungSpec } from './types.ts';

type Options = {
  clock: Clock;
  /** ENCODER_LIMIT; 0 is by the machine. */
  limit(): number;
  /** Of the machine; tests set it. */
  cores?: number;
};
type Order = ReturnType<EncoderPlace['report']>;

const PLACES_PER_CORE = 4;
const BEHIND_LAG_MS = 2000;
/** An encoder behind for so long is no passing matter. */
const BEHIND_MS = 3000;
/** Already then no costly encoder is added. */
const WARNING_MS = 1000;
/** A step needs so long until it shows: the encoder begins anew, and the others catch up. */
const CALM_MS = 6000;
/** What was read longer ago says nothing any more. */
const FRESH_MS = 2000;
const RETRY_SECONDS = 5;

/** What a place asks of all of them together. */
type Rules = { decide(nowMs: number): void; leave(place: Place): void };

/** One encoder in its place. */
class Place implements EncoderPlace {
  readonly rung: LiveRungSpec;
  readonly #rules: Rules;
  readonly #clock: Clock;
  lowered = false;
  order: Order = 'go-on';
  #behindSinceMs: number | null = null;
  #readAtMs = 0;
  #lagMs = 0;
  #cpuPercent: number | null = null;

  constructor(rung: LiveRungSpec, clock: Clock, rules: Rules) {
    this.rung = rung;
    this.#clock = clock;
    this.#rules = rules;
  }

  report({ speed, lagMs, cpuPercent }: EncoderReading): Order {
    const nowMs = this.#clock.monotonicMs();
    this.#readAtMs = nowMs;
    this.#lagMs = lagMs;
    this.#cpuPercent = cpuPercent;
    if (speed === null || speed >= 1 || lagMs <= BEHIND_LAG_MS) this.#behindSinceMs = null;
    else this.#behindSinceMs ??= nowMs;
    this.#rules.decide(nowMs);
    const order = this.order;
    this.order = 'go-on';
    return order;
  }

  release(): void {
    this.#rules.leave(this);
  }

  get lagSeconds(): number {
    return Math.round(this.#lagMs / 1000);
  }

  behindMs(nowMs: number): number {
    if (this.#behindSinceMs === null || nowMs - this.#readAtMs > FRESH_MS) return 0;
    return nowMs - this.#behindSinceMs;
  }

  /** It starts anew: what it was behind does not count any more. */
  forget(): void {
    this.#behindSinceMs = null;
  }

  /** What it costs with all its pictures, first by its lines and then as measured. */
  costsMoreThan(other: Place): boolean {
    if (this.rung.height !== other.rung.height) return this.rung.height > other.rung.height;
    return this.#wholeCpu > other.#wholeCpu;
  }

  get #wholeCpu(): number {
    return (this.#cpuPercent ?? 0) * (this.lowered ? 2 : 1);
  }
}

/**
 * Shares the machine between the encoders of all channels: no more than the limit, and when one does not keep pace for
 * some seconds, the costliest of all makes every second picture, and if that is not enough, none for a while.
 */
export function createGovernor(options: Options): Governor {
  const { clock } = options;
  const cores = options.cores ?? availableParallelism();
  const places = new Set<Place>();
  let steppedAtMs = Number.NEGATIVE_INFINITY;

  const behind = (nowMs: number, forMs: number) =>
    [...places].find((place) => place.behindMs(nowMs) >= forMs && place.behindMs(nowMs) > 0);

  const rules: Rules = {
    decide(nowMs) {
      if (nowMs - steppedAtMs < CALM_MS || !behind(nowMs, BEHIND_MS)) return;
      steppedAtMs = nowMs;
      const costliest = [...places].reduce((most, place) => (place.costsMoreThan(most) ? place : most));
      costliest.order = costliest.lowered ? 'give-up' : 'lower';
      costliest.lowered = true;
      for (const place of places) place.forget();
    },
    leave: (place) => void places.delete(place),
  };

  return {
    take(_channelId, rung) {
      const limit = options.limit() || PLACES_PER_CORE * cores;
      if (places.size >= limit)
        throw refusal(`This server makes ${limit} live qualities at once, and all of them are in use.`);
      const late = behind(clock.monotonicMs(), WARNING_MS);
      if (late && rung.height > LIVE_RUNGS.at(-1)!.height)
        throw refusal(
          `This server has too much to do now: its encoder of ${late.rung.id} is ${late.lagSeconds} s behind. Choose a lower quality.`,
        );
      const place = new Place(rung, clock, rules);
      places.add(place);
      return place;
    },
  };
}

const refusal = (message: string): AppError =>
  new AppError('QUALITY_UNAVAILABLE', { message, retryAfterSeconds: RETRY_SECONDS });
