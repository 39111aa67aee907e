import { createHash } from 'node:crypto';
import { AppError } from '../../core/errors.ts';
import { joinedSegment } from '../grid/join.ts';
import type { OpenGrid } from '../open-grids.ts';
import type { RenditionRow } from '../queries.ts';

/** A file that is put together while it is sent. */
export type VirtualFile = {
  sizeBytes: number;
  contentType: string;
  /** Strong, with its quotes. */
  etag: string;
  /** The bytes from `start` to `end`, both included, piece by piece; only what is read is made. */
  read(start: number, end: number): AsyncIterable<Buffer>;
};

/** All segments of a finished quality as one transport stream: they follow one another without a break (decision 0015). */
export function wholeFile(grid: OpenGrid, row: RenditionRow): VirtualFile {
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
        const bytes = await joinedSegment(grid, row.rung, k);
        // What was measured is what the length and all ranges of this answer were told by.
        if (bytes.length !== sizesBytes[k]) throw new AppError('INTERNAL');
        yield bytes.subarray(Math.max(0, start - starts[k]!), end + 1 - starts[k]!);
      }
    },
  };
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
