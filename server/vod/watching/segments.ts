import { AppError } from '../../core/errors.ts';
import { isMissing } from '../../store/index.ts';
import { type Generation, knownCount } from '../generation.ts';
import { joinedSegment, packedSegment } from '../grid/join.ts';
import { isSoundRow, type Row, soundRow } from '../grid/store.ts';
import type { OpenGrid, OpenGrids } from '../open-grids.ts';
import type { VodPorts } from '../ports.ts';
import type { Generations } from './generations.ts';
import { keepSize } from './sizes.ts';
import { createWatched } from './watched.ts';

/** A request for a segment that is not made is held so long (contracts.md §8). */
const HOLD_MS = 8_000;
const RETRY_SECONDS = 1;
/** A player of a growing list asks for what comes next at most. */
const BEYOND_LIST = 2;

/** One segment as viewers get it. */
export type ViewerSegment = {
  contentType: string;
  made: boolean;
  /**
   * Has it made; SEGMENT_NOT_READY when that takes too long, and it goes on. The signal says that the viewer is gone: what
   * nobody waits for is not made.
   */
  make(signal: AbortSignal): Promise<void>;
  bytes(): Promise<Buffer>;
};

export type Segments = {
  /** Null where there is none and never will be. */
  segment(videoId: string, row: Row, gen: number, k: number): Promise<ViewerSegment | null>;
  /** Segments from the first one on that are made, with their sound. */
  madeCount(generation: Generation, row: Row): Promise<number>;
};

type Options = { ports: VodPorts; grids: OpenGrids; generations: Generations; holdMs?: number };

export function createSegments({ ports, grids, generations, holdMs = HOLD_MS }: Options): Segments {
  const watched = createWatched(ports);
  const madeCount = async (generation: Generation, row: Row): Promise<number> => {
    const grid = await grids.open(generation);
    let k = 0;
    while (await isMade(grid, row, k)) k++;
    return k;
  };
  return {
    madeCount,
    async segment(videoId, row, gen, k) {
      const generation = await generations.find(videoId, gen);
      if (generation === null || !rowsOf(generation).includes(row)) return null;
      const count = knownCount(generation);
      const end = count ?? (await madeCount(generation, row)) + BEYOND_LIST;
      if (!Number.isSafeInteger(k) || k >= end) return null;
      const grid = await grids.open(generation);
      const made = await isMade(grid, row, k);
      if (!generation.complete) watched(videoId, k);
      return {
        contentType: isSoundRow(row) ? 'audio/aac' : 'video/mp2t',
        made,
        async make(signal) {
          await hold(signal, holdMs, (until) => grid.maker.need(row, k, until));
        },
        async bytes() {
          if (!generation.complete) grid.maker.ahead(row, k);
          const bytes = await read(grid, row, k);
          await keepSize(ports, generation, { row, k, sizeBytes: bytes.length });
          return bytes;
        },
      };
    },
  };
}

const rowsOf = ({ plan }: Generation): Row[] => [
  ...plan.rungs.map(({ id }) => id),
  ...plan.tracks.map((_, track) => soundRow(track)),
];

/** A quality's segment is only whole with the sound that is in it. */
async function isMade({ plan, store }: OpenGrid, row: Row, k: number): Promise<boolean> {
  if (!(await store.find(row, k))) return false;
  return isSoundRow(row) || plan.tracks.length === 0 || (await store.find(soundRow(0), k));
}

async function read(grid: OpenGrid, row: Row, k: number): Promise<Buffer> {
  try {
    if (!isSoundRow(row)) return await joinedSegment(grid, row, k);
    const track = grid.plan.tracks.findIndex((_, index) => soundRow(index) === row);
    return await packedSegment(grid, track, k);
  } catch (error) {
    if (!isMissing(error)) throw error;
    // Whatever took it away, it can be made again: whoever comes again finds that it is not there.
    await grid.store.refresh().catch((cause: unknown) => {
      throw new AppError('NOT_FOUND', { cause });
    });
    throw new AppError('SEGMENT_NOT_READY', { retryAfterSeconds: RETRY_SECONDS, cause: error });
  }
}

const isAbort = (error: unknown): boolean => (error as Error | null)?.name === 'AbortError';

/** Waits for some work at most so long; whoever is not served by then may ask again at once. */
async function hold(
  signal: AbortSignal,
  holdMs: number,
  work: (until: AbortSignal) => Promise<void>,
): Promise<void> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new DOMException('It takes longer.', 'TimeoutError')), holdMs);
  try {
    await work(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    // What ends the work itself, a new generation or the end of the process, is not told to a viewer as a fault.
    if (!signal.aborted && (late.signal.aborted || isAbort(error)))
      throw new AppError('SEGMENT_NOT_READY', { retryAfterSeconds: RETRY_SECONDS });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
