import { fpsOf } from '../../media/frame-rate.ts';
import type { Generation } from '../generation.ts';
import { segmentCount } from '../grid/plan.ts';
import type { OpenGrid } from '../open-grids.ts';

/** The speed is that of about the last half minute. */
const WINDOW_MS = 30_000;
const SHORTEST_MS = 3_000;

type Sample = { atMs: number; seconds: number };

/** How far a generation is, how fast it goes and how long it will take, from what is there: whoever makes it. */
export class Pace {
  readonly #generation: Generation;
  readonly #nowMs: () => number;
  #samples: Sample[] = [];

  constructor(generation: Generation, nowMs: () => number) {
    this.#generation = generation;
    this.#nowMs = nowMs;
  }

  at({ store, maker }: Pick<OpenGrid, 'store' | 'maker'>): {
    share: number;
    /** Times real time, of the whole ladder. */
    speed: number | null;
    etaSeconds: number | null;
  } {
    const { plan } = this.#generation;
    let made = 0;
    for (const { id } of plan.rungs) made += store.rows().get(id)?.size ?? 0;
    for (const run of maker.running()) {
      const begun = run.atSeconds / plan.segmentSeconds - run.next;
      const rungs = run.rows.filter((row) => plan.rungs.some(({ id }) => id === row)).length;
      made += Math.max(0, Math.min(run.to - run.next, begun)) * rungs;
    }
    // All rungs take part alike; a rung that is ahead does not make the others ready.
    const seconds = (made / plan.rungs.length) * plan.segmentSeconds;
    return this.#from(seconds, this.#total());
  }

  #total(): number | null {
    const { plan, facts, frames, promisedFrames } = this.#generation;
    const known = frames ?? promisedFrames;
    const pictures =
      known ?? (facts.durationSeconds === null ? null : facts.durationSeconds * fpsOf(plan.rate));
    return pictures === null ? null : segmentCount(plan, Math.ceil(pictures)) * plan.segmentSeconds;
  }

  #from(seconds: number, total: number | null) {
    const now = this.#nowMs();
    this.#samples = [...this.#samples.filter(({ atMs }) => now - atMs <= WINDOW_MS), { atMs: now, seconds }];
    const first = this.#samples[0]!;
    const passedMs = now - first.atMs;
    const gained = seconds - first.seconds;
    const speed = passedMs >= SHORTEST_MS && gained > 0 ? (gained * 1000) / passedMs : null;
    if (total === null) return { share: 0, speed, etaSeconds: null };
    return {
      share: Math.min(1, seconds / total),
      speed,
      etaSeconds: speed === null ? null : Math.max(0, total - seconds) / speed,
    };
  }
}
