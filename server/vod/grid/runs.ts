import type { Gate } from './gate.ts';
import { makePictures } from './pictures.ts';
import type { GridPorts } from './ports.ts';
import { makeSound } from './sound.ts';
import { type Row, soundRow } from './store.ts';

/** Why segments are made: the whole video is, or somebody waits for them. */
export type Why = 'batch' | 'viewer';

/** One process at work on segments [from, to) of some rows. */
export type Run = {
  rows: readonly Row[];
  from: number;
  to: number;
  why: Why;
  /** The first segment that is not there yet. */
  next: number;
  /** How far it is, in seconds of the video. */
  atSeconds: number;
  /** How many requests wait for it. */
  waiters: number;
  stop(): void;
  /** It was stopped, and brings nothing more. */
  readonly stopped: boolean;
  ended: Promise<void>;
};

export type Wanted = {
  rows: readonly Row[];
  from: number;
  to: number;
  why: Why;
  signal?: AbortSignal;
  gates?: readonly Gate[];
  /** How far it is, is not told. */
  silent?: boolean;
};

/** The runs of one grid: started here, and told of each segment and of progress. */
export class Runs {
  readonly #ports: GridPorts;
  readonly #running = new Set<Run>();

  constructor(ports: GridPorts) {
    this.#ports = ports;
  }

  all(): Run[] {
    return [...this.#running];
  }

  /** A segment has got its name. */
  placed(row: Row, k: number): void {
    for (const run of this.#running) if (run.rows.includes(row) && run.next === k) run.next = k + 1;
  }

  start({ rows, from, to, why, signal, gates = [], silent = false }: Wanted): Run {
    const end = new AbortController();
    const run: Run = {
      ...{ rows, from, to, why, next: from, waiters: 0 },
      atSeconds: from * this.#ports.plan.segmentSeconds,
      stop: () => end.abort(new DOMException('Nobody waits for it any more.', 'AbortError')),
      get stopped() {
        return end.signal.aborted;
      },
      ended: Promise.resolve(),
    };
    const signals = [this.#ports.signal, end.signal, ...(signal ? [signal] : [])];
    run.ended = this.#work(run, { signal: AbortSignal.any(signals), gates, silent }).finally(() =>
      this.#running.delete(run),
    );
    // Whoever waits sees the failure; a run without anybody waiting fails for itself.
    run.ended.catch(() => undefined);
    this.#running.add(run);
    return run;
  }

  async #work(
    run: Run,
    { signal, gates, silent }: { signal: AbortSignal; gates: readonly Gate[]; silent: boolean },
  ): Promise<void> {
    const { plan, onProgress } = this.#ports;
    const { rows, from, to, why } = run;
    const ports: GridPorts = {
      ...this.#ports,
      signal,
      gates,
      onProgress: (stage, atSeconds, speed) => {
        run.atSeconds = atSeconds;
        if (!silent) onProgress?.(stage, atSeconds, speed);
      },
    };
    const haste = why === 'viewer';
    const rungs = plan.rungs.filter((rung) => rows.includes(rung.id));
    if (rungs.length > 0) return makePictures(ports, { rungs, from, to, haste });
    const track = plan.tracks.findIndex((_, index) => rows.includes(soundRow(index)));
    return makeSound(ports, { track, from, to, haste });
  }
}
