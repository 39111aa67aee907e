import { AppError } from '../../core/errors.ts';
import { expectedPictures } from '../../media/args.ts';
import { Gate } from './gate.ts';
import { segmentCount } from './plan.ts';
import type { GridPorts } from './ports.ts';
import { type Run, Runs } from './runs.ts';
import { isSoundRow, type Row, soundRow } from './store.ts';
import { Waits } from './waits.ts';

/** The most that one process makes: an hour at six seconds. */
const RUN_SEGMENTS = 600;
/** Whoever comes to a place gets its first segment alone, the soonest; then half a minute is made ahead of him. */
const FIRST_SEGMENTS = 1;
const AHEAD_SEGMENTS = 5;
/**
 * Where times jump each process reads the file from its beginning, so it makes much at once: ten hours (its arguments name
 * each segment), and five minutes for a viewer.
 */
const RUN_SEGMENTS_READ_THROUGH = 6_000;
const VIEWER_SEGMENTS_READ_THROUGH = 50;
/** A run that is so near to a wanted segment is waited for. */
const NEAR_SEGMENTS = 2;

/** A range of segments; no end means to the end of the video. */
export type Piece = {
  from: number;
  to: number | null;
  signal?: AbortSignal;
  gates?: readonly Gate[];
  /** How far it is, is not told. */
  silent?: boolean;
};

/** Makes the segments of one grid, for whoever wants them, each once. */
export type Maker = {
  /**
   * Comes back when segment k of a rung and its sound, or of a sound row, are there; NOT_FOUND behind the end. The signal
   * says that whoever asked is gone, and with a TimeoutError that he comes again soon.
   */
  need(row: Row, k: number, signal?: AbortSignal): Promise<void>;
  /** Begins to make what a viewer of segment k needs next. */
  ahead(row: Row, k: number): void;
  /** Makes the pictures of all rungs that are missing in a range. */
  pictures(piece: Piece): Promise<void>;
  /** The same for the sound of a track; without an end in the range the end of the pictures has to be known. */
  sound(track: number, piece: Piece): Promise<void>;
  /** Makes all that is missing, and tells how many pictures the video has. */
  all(): Promise<number>;
  running(): readonly Run[];
};

type Options = Omit<GridPorts, 'onSegment'> &
  Partial<Pick<GridPorts, 'onSegment'>> & {
    /** Held while somebody waits for a segment. */
    waiting?: Gate;
  };

export function createMaker(options: Options): Maker {
  return new GridMaker(options);
}

class GridMaker implements Maker {
  readonly #ports: GridPorts;
  readonly #runs: Runs;
  readonly #waits: Waits;
  /** What holds a viewer's run back for a lower rung. */
  readonly #gates = new WeakMap<Run, Gate>();

  /** Segments that a process makes at most. */
  readonly #most: { batch: number; first: number; ahead: number };

  constructor({ waiting, ...options }: Options) {
    const through = VIEWER_SEGMENTS_READ_THROUGH;
    this.#most = options.facts.jumps
      ? { batch: RUN_SEGMENTS_READ_THROUGH, first: through, ahead: through }
      : { batch: RUN_SEGMENTS, first: FIRST_SEGMENTS, ahead: AHEAD_SEGMENTS };
    const onSegment: GridPorts['onSegment'] = (row, k, mine) => {
      this.#runs.placed(row, k);
      this.#waits.placed(row, k);
      options.onSegment?.(row, k, mine);
    };
    this.#ports = { ...options, onSegment };
    this.#runs = new Runs(this.#ports);
    this.#waits = new Waits({
      waiting: waiting ?? null,
      has: (row, k) => this.#ports.store.has(row, k),
      runFor: (row, k) => this.#runFor(row, k),
      goFirst: (row, k) => this.#goFirst(row, k),
    });
  }

  running(): readonly Run[] {
    return this.#runs.all();
  }

  async need(row: Row, k: number, signal?: AbortSignal): Promise<void> {
    if (k >= this.#count()) throw new AppError('NOT_FOUND');
    const rows = isSoundRow(row) || this.#ports.plan.tracks.length === 0 ? [row] : [row, soundRow(0)];
    await Promise.all(
      rows.map(async (wanted) => {
        if (!(await this.#ports.store.find(wanted, k))) await this.#waits.until(wanted, k, signal);
      }),
    );
  }

  ahead(row: Row, k: number): void {
    const { store, plan } = this.#ports;
    const rows = isSoundRow(row) || plan.tracks.length === 0 ? [row] : [row, soundRow(0)];
    for (const wanted of rows) {
      const covered = (at: number) =>
        this.#runs
          .all()
          .some((run) => !run.stopped && run.rows.includes(wanted) && run.next <= at && at < run.to);
      const last = Math.min(k + NEAR_SEGMENTS, this.#count() - 1);
      let missing = k + 1;
      while (missing <= last && store.has(wanted, missing)) missing++;
      if (missing <= last && !covered(missing)) this.#startForViewer(wanted, missing, this.#most.ahead);
    }
  }

  async pictures({ from, to, ...how }: Piece): Promise<void> {
    await this.#ports.store.refresh();
    let k = this.#firstMissing(from, to);
    while (k !== null) {
      const rows = this.#lacking(k);
      await this.#runs.start({ rows, from: k, to: this.#rangeEnd(rows, k, to), why: 'batch', ...how }).ended;
      const next = this.#firstMissing(k, to);
      // What does not come when it is asked for would be asked for without end.
      if (next === k && this.#lacking(k).length === rows.length) throw new AppError('TRANSCODE_FAILED');
      k = next;
    }
  }

  async sound(track: number, { from, to, ...how }: Piece): Promise<void> {
    const { store } = this.#ports;
    await store.refresh();
    const row = soundRow(track);
    // The end may become known meanwhile.
    const end = () => Math.min(to ?? Number.POSITIVE_INFINITY, this.#count());
    if (end() === Number.POSITIVE_INFINITY) throw new Error('the end of the pictures has to be known');
    for (let k = from; k < end(); k++) {
      if (store.has(row, k)) continue;
      const last = this.#gapEnd(row, k, Math.min(end(), k + this.#most.batch));
      await this.#runs.start({ rows: [row], from: k, to: last, why: 'batch', ...how }).ended;
    }
  }

  async all(): Promise<number> {
    // One core is enough for sound, so it is made beside the pictures, as far as the video is said to go.
    await together([
      (signal) => this.pictures({ from: 0, to: null, signal }),
      (signal) => this.#sounds({ from: 0, to: this.#promised(), signal, silent: true }),
    ]);
    await this.#sounds({ from: 0, to: null });
    return this.#ports.store.frames!;
  }

  async #sounds(piece: Piece): Promise<void> {
    for (const [track] of this.#ports.plan.tracks.entries()) await this.sound(track, piece);
  }

  /** Segments in all by what the source says of itself; 0 when it says nothing. */
  #promised(): number {
    const { facts, plan } = this.#ports;
    return segmentCount(plan, expectedPictures({ facts, rate: plan.rate }) ?? 0);
  }

  /** Segments in all, as far as is known. */
  #count(): number {
    const { plan, store } = this.#ports;
    return store.frames === null ? Number.POSITIVE_INFINITY : segmentCount(plan, store.frames);
  }

  #lacking(k: number): Row[] {
    const { plan, store } = this.#ports;
    return plan.rungs.map((rung) => rung.id).filter((row) => !store.has(row, k));
  }

  /** The first segment of a range that some rung lacks; null when nothing is missing before its end. */
  #firstMissing(from: number, to: number | null): number | null {
    const end = Math.min(to ?? Number.POSITIVE_INFINITY, this.#count());
    for (let k = from; k < end; k++) if (this.#lacking(k).length > 0) return k;
    return null;
  }

  /** As far as exactly these rungs lack their segments. */
  #rangeEnd(rows: readonly Row[], from: number, to: number | null): number {
    const most = Math.min(to ?? Number.POSITIVE_INFINITY, this.#count(), from + this.#most.batch);
    const isSame = (k: number) => {
      const lacking = this.#lacking(k);
      return lacking.length === rows.length && lacking.every((row) => rows.includes(row));
    };
    let end = from + 1;
    while (end < most && isSame(end)) end++;
    return end;
  }

  #gapEnd(row: Row, from: number, most: number): number {
    let end = from + 1;
    while (end < most && !this.#ports.store.has(row, end)) end++;
    return end;
  }

  #runFor(row: Row, k: number): Run {
    // A run over everything makes all rungs at once, which takes longer than this one alone.
    const near = (run: Run) =>
      run.why === 'viewer' &&
      !run.stopped &&
      run.rows.includes(row) &&
      run.next <= k &&
      k <= run.next + NEAR_SEGMENTS;
    return (
      this.#runs.all().find((run) => near(run) && k < run.to) ??
      this.#startForViewer(row, k, this.#most.first)
    );
  }

  /** Better rungs of the same place wait for a lower one, so that a player that begins has a picture first. */
  #goFirst(row: Row, k: number): () => void {
    const held = this.#runs.all().filter((run) => run.why === 'viewer' && this.#yields(run, row, k));
    const release = held.map((run) => this.#gates.get(run)?.hold());
    return () => {
      for (const open of release) open?.();
    };
  }

  #yields(run: Pick<Run, 'rows' | 'from' | 'to'>, row: Row, k: number): boolean {
    const rank = (wanted: Row) => this.#ports.plan.rungs.findIndex((rung) => rung.id === wanted);
    const isBetter = rank(row) >= 0 && run.rows.every((other) => rank(other) > rank(row));
    return isBetter && run.from - NEAR_SEGMENTS <= k && k < run.to;
  }

  /** Runs for places that a viewer has left are ended, so that the new one has the machine. */
  #startForViewer(row: Row, k: number, segments: number): Run {
    for (const run of this.#runs.all())
      if (run.why === 'viewer' && run.waiters === 0 && run.next < run.to && run.rows.includes(row))
        run.stop();
    const to = this.#gapEnd(row, k, Math.min(this.#count(), k + segments));
    const gate = new Gate();
    const wanted = { rows: [row], from: k, to, why: 'viewer' as const };
    const first = this.#waits.all().find((wait) => this.#yields(wanted, wait.row, wait.k));
    if (first) this.#waits.whenOver(first.row, first.k, gate.hold());
    const run = this.#runs.start({ ...wanted, gates: [gate] });
    this.#gates.set(run, gate);
    return run;
  }
}

/** Runs some works side by side to their ends; the first that fails ends the others, and is thrown. */
async function together(works: readonly ((signal: AbortSignal) => Promise<void>)[]): Promise<void> {
  const stop = new AbortController();
  await Promise.allSettled(
    works.map((work) => work(stop.signal).catch((error: unknown) => stop.abort(error))),
  );
  stop.signal.throwIfAborted();
}
