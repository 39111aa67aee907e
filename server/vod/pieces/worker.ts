import { eq } from 'drizzle-orm';
import { piece, video } from '../../../drizzle/schema/vod.ts';
import { AppError, isAppError, messageOf } from '../../core/errors.ts';
import { isPassing, toVideoError } from '../../media/explain.ts';
import { withFullDisk } from '../full-disk.ts';
import { findGeneration } from '../generation.ts';
import { Gate } from '../grid/gate.ts';
import { isSoundRow, type Row, soundRow } from '../grid/store.ts';
import type { OpenGrids } from '../open-grids.ts';
import type { VodPorts } from '../ports.ts';
import { type Claim, claimPiece } from './claim.ts';
import { failPiece, finishPiece, giveBackOthers, markProgress, releasePiece } from './rows.ts';
import { measureSizes } from './sizes.ts';

/** Times a piece is begun without a single segment of it before it is given up. */
const ATTEMPTS = 3;
/** And when it stood still each time, which costs a minute a time. */
const STALLED_ATTEMPTS = 2;
const LOOK_EVERY_MS = 2_000;
const CHECK_EVERY_MS = 1_000;
/** A held encoder keeps its memory; after so long it is ended and begins again later. */
const LONGEST_HOLD_MS = 5 * 60_000;

/** Makes pieces of videos, its own process's and those of others, as many at a time as the machine has places. */
export type PieceWorker = {
  start(): void;
  /** There may be something to do. */
  wake(): void;
  /** Looks at once whether what is at work was paused or cancelled. */
  check(): void;
  /** Ends the work on one video, and waits until it has ended. */
  stop(videoId: string): Promise<void>;
  close(): Promise<void>;
};

type Working = {
  claim: Claim;
  owner: number;
  held: Gate;
  release: (() => void) | null;
  heldSinceMs: number;
  end: AbortController;
  done: Promise<void>;
};

/** Why the work on a piece ends before the piece does. */
type EndReason = 'shutdown' | 'taken-away' | 'held-long';

export function createPieceWorker(ports: VodPorts, grids: OpenGrids): PieceWorker {
  return new Worker(ports, grids);
}

class Worker implements PieceWorker {
  readonly #ports: VodPorts;
  readonly #grids: OpenGrids;
  readonly #working = new Set<Working>();
  #timer: NodeJS.Timeout | null = null;
  #checker: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #again = false;
  /** The table may say that we have what we do not work on; as long as we live nobody else would take that. */
  #doubtful = false;
  #closed = false;

  constructor(ports: VodPorts, grids: OpenGrids) {
    this.#ports = ports;
    this.#grids = grids;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), LOOK_EVERY_MS);
    this.#checker = setInterval(() => this.check(), CHECK_EVERY_MS);
    this.#ports.owner.onLost(() => this.#endAll('taken-away'));
    this.wake();
  }

  wake(): void {
    if (this.#closed || this.#timer === null) return;
    this.#again = true;
    this.#looking ??= this.#fill().finally(() => {
      this.#looking = null;
      // Somebody may have called between the last look and now.
      if (this.#again) this.wake();
    });
  }

  check(): void {
    for (const working of this.#working)
      this.#checkOne(working).catch((error: unknown) =>
        this.#ports.log.debug({ error: messageOf(error) }, 'the state of a piece cannot be read'),
      );
  }

  async stop(videoId: string): Promise<void> {
    const own = [...this.#working].filter(({ claim }) => claim.videoId === videoId);
    for (const { end } of own) end.abort('taken-away' satisfies EndReason);
    await Promise.all(own.map(({ done }) => done));
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearInterval(this.#timer);
    if (this.#checker) clearInterval(this.#checker);
    await this.#looking;
    this.#endAll('shutdown');
    await Promise.all([...this.#working].map(({ done }) => done));
  }

  #endAll(reason: EndReason): void {
    for (const { end } of this.#working) end.abort(reason);
  }

  /** 0 is by the machine: one video already takes all its cores. Work that is held takes no place. */
  #hasPlace(): boolean {
    const places = Math.max(1, this.#ports.settings.get('encoderLimit'));
    return [...this.#working].filter(({ held }) => !held.closed).length < places;
  }

  async #fill(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      try {
        while (!this.#closed && this.#hasPlace() && (await this.#takeOne()));
      } catch (error) {
        this.#doubtful = true;
        this.#ports.log.debug({ error: messageOf(error) }, 'pieces cannot be read');
      }
    }
  }

  async #takeOne(): Promise<boolean> {
    const owner = this.#ports.owner.number();
    if (owner !== null && this.#doubtful) await this.#giveBackOthers(owner);
    const claim = owner === null ? null : await claimPiece(this.#ports.db, owner);
    if (claim === null || owner === null) return false;
    const working: Working = {
      ...{ claim, owner, held: new Gate(), release: null, heldSinceMs: 0 },
      ...{ end: new AbortController(), done: Promise.resolve() },
    };
    this.#working.add(working);
    this.#ports.events.emit('video.piece', { videoId: claim.videoId });
    working.done = this.#work(working).finally(() => {
      this.#working.delete(working);
      this.wake();
    });
    return true;
  }

  async #giveBackOthers(owner: number): Promise<void> {
    const atWork = [...this.#working].map(({ claim }) => claim.id);
    await giveBackOthers(this.#ports.db, owner, atWork);
    this.#doubtful = false;
  }

  async #work(working: Working): Promise<void> {
    const { claim, owner, end } = working;
    const { db, log } = this.#ports;
    try {
      if (claim.attempt > ATTEMPTS) return await this.#giveUp(working);
      const sizes = await this.#make(working);
      await finishPiece(db, claim.id, owner, sizes);
    } catch (error) {
      await this.#settle(working, error).catch((failure: unknown) => {
        this.#doubtful = true;
        log.warn({ piece: claim.id, error: messageOf(failure) }, 'the end of a piece could not be written');
      });
    } finally {
      working.release?.();
    }
    if (!end.signal.aborted) this.#ports.events.emit('video.piece', { videoId: claim.videoId });
  }

  async #make(working: Working): Promise<Awaited<ReturnType<typeof measureSizes>>> {
    const { claim, owner, held, end } = working;
    const { db, log } = this.#ports;
    const generation = await findGeneration(db, claim.videoId, claim.gen);
    if (generation === null) throw new AppError('NOT_FOUND');
    const grid = await this.#grids.open(generation);
    const began = Date.now();
    let made = 0;
    const leave = grid.onSegment((row, k, mine) => {
      if (mine && isOf(claim, row, k) && made++ === 0)
        void markProgress(db, claim.id, owner).catch(() => undefined);
    });
    try {
      const range = { ...rangeOf(claim), signal: end.signal, gates: [this.#grids.batches, held] };
      if (claim.kind === 'sound') await grid.maker.sound(claim.track, range);
      else await grid.maker.pictures(range);
      const sizes = claim.kind === 'sound' ? null : await measureSizes(grid, range, end.signal);
      const { videoId, gen, kind, track, from, to } = claim;
      log.info({ videoId, gen, kind, track, from, to, made, ms: Date.now() - began }, 'a piece is made');
      return sizes;
    } finally {
      leave();
    }
  }

  async #settle({ claim, owner, end }: Working, thrown: unknown): Promise<void> {
    const { db, log } = this.#ports;
    if (end.signal.aborted) return releasePiece(db, claim.id, owner, { blameless: true });
    const error = withFullDisk(thrown);
    const known = toVideoError(error);
    // What is no error of the catalogue came from around the work: the database was away, say.
    const isHopeless = known.code === 'TRANSCODE_STALLED' && claim.attempt >= STALLED_ATTEMPTS;
    if ((isPassing(error) && !isHopeless) || !isAppError(error)) {
      log.warn({ videoId: claim.videoId, from: claim.from, error: messageOf(error) }, 'a piece broke off');
      return releasePiece(db, claim.id, owner, { blameless: false, error: known });
    }
    return failPiece(db, claim.id, owner, known);
  }

  /** It was begun three times and never brought a segment: either it failed each time, or it took the server with it. */
  async #giveUp({ claim, owner }: Working): Promise<void> {
    const { db } = this.#ports;
    const [row] = await db.select({ error: piece.error }).from(piece).where(eq(piece.id, claim.id));
    const error = row?.error ?? toVideoError(new AppError('TRANSCODE_QUARANTINED'));
    await failPiece(db, claim.id, owner, error);
  }

  async #checkOne(working: Working): Promise<void> {
    const { claim, owner, end } = working;
    const [row] = await this.#ports.db
      .select({ state: piece.state, owner: piece.owner, paused: video.paused, videoState: video.state })
      .from(piece)
      .innerJoin(video, eq(video.id, piece.videoId))
      .where(eq(piece.id, claim.id));
    if (end.signal.aborted) return;
    if (row?.state !== 'taken' || row.owner !== owner || row.videoState !== 'processing')
      return end.abort('taken-away' satisfies EndReason);
    this.#hold(working, row.paused);
  }

  #hold(working: Working, paused: boolean): void {
    if (paused && working.release === null) {
      working.release = working.held.hold();
      working.heldSinceMs = this.#ports.clock.monotonicMs();
      // Its place is free for others meanwhile.
      this.wake();
    } else if (paused && this.#ports.clock.monotonicMs() - working.heldSinceMs > LONGEST_HOLD_MS) {
      working.end.abort('held-long' satisfies EndReason);
    } else if (!paused && working.release !== null) {
      working.release();
      working.release = null;
    }
  }
}

const rangeOf = ({ from, to }: Claim) => ({ from, to });

/** Whether a segment is one of a piece. What others bring meanwhile does not tell whether the piece can be made (PROC-09). */
const isOf = ({ kind, track, from, to }: Claim, row: Row, k: number): boolean =>
  (kind === 'sound' ? row === soundRow(track) : !isSoundRow(row)) && from <= k && (to === null || k < to);
