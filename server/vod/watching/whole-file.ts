import { createHash } from 'node:crypto';
import { AppError, messageOf } from '../../core/errors.ts';
import { isMissing } from '../../store/index.ts';
import type { Generation } from '../generation.ts';
import { joinedSegment } from '../grid/join.ts';
import { soundRow } from '../grid/store.ts';
import type { OpenGrid, OpenGrids } from '../open-grids.ts';
import type { VodPorts } from '../ports.ts';
import type { RenditionRow } from '../queries.ts';
import type { Generations } from './generations.ts';
import { keepSize } from './sizes.ts';

/** A file that is put together while it is sent. */
export type VirtualFile = {
  sizeBytes: number;
  contentType: string;
  /** Strong, with its quotes. */
  etag: string;
  /** The bytes from `start` to `end`, both included, piece by piece; only what is read is made. */
  read(start: number, end: number): AsyncIterable<Buffer>;
};

/** A finished quality, and how a segment of it is read. */
type Quality = { row: RenditionRow; segment(k: number): Promise<Buffer> };

/** Null while segments are missing. */
export type WholeFiles = (videoId: string, quality: string) => Promise<VirtualFile | null>;

type Options = { ports: VodPorts; grids: OpenGrids; generations: Generations; signal: AbortSignal };

/**
 * Qualities as one file each. Where segments were lost they are made again meanwhile: their bits may differ, so how long the
 * whole is can only be told afterwards.
 */
export function createWholeFiles(options: Options): WholeFiles {
  const { grids, generations } = options;
  const { log } = options.ports;
  /** The videos of which lost segments are being made. */
  const mending = new Set<string>();
  return async (videoId, quality) => {
    // What is read of the database now may have the sizes from before.
    const wasMending = mending.has(videoId);
    const generation = await generations.current(videoId);
    const row = generation?.renditions.find(({ rung }) => rung === quality);
    if (generation && !row) throw new AppError('RENDITION_UNKNOWN');
    if (!generation?.complete || !row || wasMending) return null;
    const grid = await grids.open(generation);
    const segments = keptSegments(options, generation, grid);
    const lost = await lostSegments(grid, row);
    if (mending.has(videoId)) return null;
    if (lost.length === 0) return wholeFile({ row, segment: (k) => segments(quality, k) });
    mending.add(videoId);
    // The sound of a segment is in all qualities.
    const rungs = generation.renditions.map(({ rung }) => rung);
    void mend(lost, rungs, segments)
      .catch((error: unknown) =>
        log.warn({ videoId, error: messageOf(error) }, 'lost segments were not made again'),
      )
      .finally(() => mending.delete(videoId));
    return null;
  };
}

type Segments = (rung: string, k: number) => Promise<Buffer>;

/** Segments, made again first if they were lost; what each takes now is written down. */
const keptSegments =
  ({ ports, signal }: Options, generation: Generation, grid: OpenGrid): Segments =>
  async (rung, k) => {
    const bytes = await madeSegment(grid, rung, k, signal);
    await keepSize(ports, generation, { row: rung, k, sizeBytes: bytes.length });
    return bytes;
  };

async function mend(lost: readonly number[], rungs: readonly string[], segments: Segments): Promise<void> {
  for (const k of lost) for (const rung of rungs) await segments(rung, k);
}

/** All segments as one transport stream: they follow one another without a break (decision 0015). */
function wholeFile({ row, segment }: Quality): VirtualFile {
  const { sizesBytes } = row.segments;
  const starts = [0];
  for (const size of sizesBytes) starts.push(starts.at(-1)! + size);
  const hash = createHash('sha256').update(sizesBytes.join()).digest('base64url').slice(0, 22);
  return {
    sizeBytes: starts.at(-1)!,
    contentType: 'video/mp2t',
    etag: `"${row.gen}-${row.rung}-${hash}"`,
    async *read(start, end) {
      for (let k = segmentAt(starts, start); k < sizesBytes.length && starts[k]! <= end; k++) {
        const bytes = await segment(k);
        // What was measured is what the length and all ranges of this answer were told by.
        if (bytes.length !== sizesBytes[k]) throw new AppError('INTERNAL');
        yield bytes.subarray(Math.max(0, start - starts[k]!), end + 1 - starts[k]!);
      }
    },
  };
}

/** The segments that lack the file of their pictures or of their sound; costs a look into two folders. */
async function lostSegments({ plan, store }: OpenGrid, { rung, segments }: RenditionRow): Promise<number[]> {
  const rows = plan.tracks.length > 0 ? [rung, soundRow(0)] : [rung];
  await store.refresh(rows).catch((cause: unknown) => {
    throw isMissing(cause) ? new AppError('NOT_FOUND', { cause }) : cause;
  });
  return [...segments.sizesBytes.keys()].filter((k) => !rows.every((row) => store.has(row, k)));
}

/** A segment; one whose file went away is made again first. */
async function madeSegment(grid: OpenGrid, rung: string, k: number, signal: AbortSignal): Promise<Buffer> {
  try {
    return await joinedSegment(grid, rung, k);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  await grid.store.refresh();
  await grid.maker.need(rung, k, signal);
  return await joinedSegment(grid, rung, k);
}

/** The segment that holds a byte: the last one that begins at or before it. */
function segmentAt(starts: readonly number[], position: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
