import { stat } from 'node:fs/promises';
import { soundRow } from '../grid/store.ts';
import type { OpenGrid } from '../open-grids.ts';

/** So many segments of a quality, spread over what is there, tell its peak well enough until all are measured. */
const LOOKS = 24;

/** The highest bit rate among the made segments of each quality, in bits a second; nothing where none is made. */
export async function peaksSoFar({ plan, store }: OpenGrid): Promise<Map<string, number>> {
  const peaks = new Map<string, number>();
  for (const { id } of plan.rungs) {
    const made = [...(store.rows().get(id) ?? [])];
    const step = Math.max(1, Math.ceil(made.length / LOOKS));
    const sizes = made
      .filter((_, at) => at % step === 0)
      .map(async (k) => (await sizeOf(store.path(id, k))) + (await sizeOf(store.path(soundRow(0), k))));
    const largest = Math.max(0, ...(await Promise.all(sizes)));
    if (largest > 0) peaks.set(id, (largest * 8) / plan.segmentSeconds);
  }
  return peaks;
}

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => null))?.size ?? 0;
