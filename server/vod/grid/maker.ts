import { AppError } from '../../core/errors.ts';
import { singleFlight } from '../../core/single-flight.ts';
import { makePictures } from './pictures.ts';
import { segmentCount } from './plan.ts';
import type { GridPorts } from './ports.ts';
import { makeSound } from './sound.ts';
import { type Row, soundRow } from './store.ts';

/** The most that one process makes: an hour at six seconds. */
const RUN_SEGMENTS = 600;
/** A run that is so near to a wanted segment is waited for. */
const NEAR_SEGMENTS = 2;

type Run = { rows: readonly Row[]; next: number; to: number; ended: Promise<void> };

/** Makes the segments of one grid, for whoever wants them, each once. */
export type Maker = {
  /** Comes back when segment k of a rung and its sound are there; NOT_FOUND when the video ends before. */
  need(rung: string, k: number): Promise<void>;
  /** Makes all that is missing, and tells how many pictures the video has. */
  all(): Promise<number>;
};

export function createMaker(
  ports: Omit<GridPorts, 'onSegment'> & Partial<Pick<GridPorts, 'onSegment'>>,
): Maker {
  return new GridMaker(ports);
}

class GridMaker implements Maker {
  readonly #ports: GridPorts;
  readonly #runs = new Set<Run>();
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();
  readonly #once = singleFlight<void>();

  constructor(ports: Parameters<typeof createMaker>[0]) {
    const onSegment: GridPorts['onSegment'] = (row, k, mine) => {
      for (const run of this.#runs) if (run.rows.includes(row) && run.next === k) run.next = k + 1;
      this.#waiting.get(`${row}/${k}`)?.resolve();
      ports.onSegment?.(row, k, mine);
    };
    this.#ports = { ...ports, onSegment };
  }

  async need(rung: string, k: number): Promise<void> {
    const { plan, store } = this.#ports;
    if (store.frames !== null && k >= segmentCount(plan, store.frames)) throw new AppError('NOT_FOUND');
    await this.#needRow(rung, k);
    if (plan.tracks.length > 0) await this.#needRow(soundRow(0), k);
  }

  async all(): Promise<number> {
    const { plan, store } = this.#ports;
    let from = this.#firstMissing();
    while (from !== null) {
      const rows = this.#lacking(from);
      await this.#run(rows, from, this.#rangeEnd(rows, from)).ended;
      const next = this.#firstMissing();
      // What does not come when it is asked for would be asked for without end.
      if (next === from && this.#lacking(from).length === rows.length) throw new AppError('TRANSCODE_FAILED');
      from = next;
    }
    const frames = store.frames!;
    for (const [track] of plan.tracks.entries())
      await this.#allSound(soundRow(track), segmentCount(plan, frames));
    return frames;
  }

  async #allSound(row: Row, count: number): Promise<void> {
    const { store } = this.#ports;
    for (let k = 0; k < count; k++) {
      if (store.has(row, k)) continue;
      let to = k + 1;
      while (to < count && to < k + RUN_SEGMENTS && !store.has(row, to)) to++;
      await this.#run([row], k, to).ended;
    }
  }

  #lacking(k: number): Row[] {
    const { plan, store } = this.#ports;
    return plan.rungs.map((rung) => rung.id).filter((row) => !store.has(row, k));
  }

  /** The first segment that some rung lacks; null when the end is known and nothing is missing before it. */
  #firstMissing(): number | null {
    const { plan, store } = this.#ports;
    const count = store.frames === null ? Number.POSITIVE_INFINITY : segmentCount(plan, store.frames);
    for (let k = 0; k < count; k++) if (plan.rungs.some((rung) => !store.has(rung.id, k))) return k;
    return null;
  }

  /** As far as exactly these rungs lack their segments. */
  #rangeEnd(rows: readonly Row[], from: number): number {
    const { plan, store } = this.#ports;
    const count = store.frames === null ? Number.POSITIVE_INFINITY : segmentCount(plan, store.frames);
    const most = Math.min(count, from + RUN_SEGMENTS);
    const isSame = (k: number) =>
      plan.rungs.every((rung) => store.has(rung.id, k) !== rows.includes(rung.id));
    let to = from + 1;
    while (to < most && isSame(to)) to++;
    return to;
  }

  async #needRow(row: Row, k: number): Promise<void> {
    const { store } = this.#ports;
    if (store.has(row, k)) return;
    await this.#once(`${row}/${k}`, async () => {
      const near = (run: Run) =>
        run.rows.includes(row) && run.next <= k && k <= run.next + NEAR_SEGMENTS && k < run.to;
      const run = [...this.#runs].find(near) ?? this.#run([row], k, k + 1);
      const placed = Promise.withResolvers<void>();
      this.#waiting.set(`${row}/${k}`, placed);
      try {
        await Promise.race([placed.promise, run.ended]);
      } finally {
        this.#waiting.delete(`${row}/${k}`);
      }
      if (!store.has(row, k)) throw new AppError('NOT_FOUND');
    });
  }

  #run(rows: readonly Row[], from: number, to: number): Run {
    const { plan } = this.#ports;
    const rungs = plan.rungs.filter((rung) => rows.includes(rung.id));
    const track = plan.tracks.findIndex((_, index) => rows.includes(soundRow(index)));
    const work =
      rungs.length > 0
        ? makePictures(this.#ports, { rungs, from, to })
        : makeSound(this.#ports, { track, from, to });
    const run: Run = { rows, next: from, to, ended: work.finally(() => this.#runs.delete(run)) };
    this.#runs.add(run);
    return run;
  }
}
