import { eq } from 'drizzle-orm';
import { video } from '../../drizzle/schema/vod.ts';
import type { SegmentMap } from '../../lib/contract/videos.ts';
import { AppError } from '../core/errors.ts';
import { currentGeneration, findGeneration, knownCount } from './generation.ts';
import { isSoundRow, soundRow } from './grid/store.ts';
import type { OpenGrid, OpenGrids } from './open-grids.ts';
import { takenOf } from './pieces/rows.ts';
import type { VodPorts } from './ports.ts';

/** What is there of a video, and what is being made: of the generation that is being made, else of the one that plays. */
export async function segmentMap(ports: VodPorts, grids: OpenGrids, videoId: string): Promise<SegmentMap> {
  const { db } = ports;
  const [row] = await db.select({ gen: video.gen }).from(video).where(eq(video.id, videoId));
  const newest = row ? await findGeneration(db, videoId, row.gen) : null;
  const generation = newest ?? (await currentGeneration(db, videoId));
  if (generation === null) throw new AppError('NOT_READY', { retryAfterSeconds: 2 });
  const open = await grids.open(generation);
  await open.store.refresh();
  const { plan, gen } = generation;
  const ids = [...plan.rungs.map(({ id }) => id), ...plan.tracks.map((_, track) => soundRow(track))];
  return {
    gen,
    segmentSeconds: plan.segmentSeconds,
    count: knownCount({ ...generation, frames: generation.frames ?? open.store.frames }),
    rows: ids.map((id) => ({
      id,
      kind: isSoundRow(id) ? ('audio' as const) : ('video' as const),
      made: rangesOf(open.store.rows().get(id) ?? new Set()),
    })),
    running: [...runsHere(open), ...(await runsElsewhere(ports, generation, open))],
  };
}

/** Rows of numbers that follow one another, as [from, to). */
export function rangesOf(numbers: ReadonlySet<number>): [number, number][] {
  const ranges: [number, number][] = [];
  for (const k of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.[1] === k) last[1] = k + 1;
    else ranges.push([k, k + 1]);
  }
  return ranges;
}

type Running = SegmentMap['running'][number];

const runsHere = ({ maker }: OpenGrid): Running[] =>
  maker.running().map(({ rows, from, to, next, why }) => ({ rows: [...rows], from, to, at: next, why }));

/** What other processes work on, as far as the table of pieces tells. */
async function runsElsewhere(
  { db, owner }: VodPorts,
  { videoId, gen, plan }: { videoId: string; gen: number; plan: OpenGrid['plan'] },
  { store }: OpenGrid,
): Promise<Running[]> {
  const taken = (await takenOf(db, [videoId])).filter(
    (row) => row.gen === gen && row.owner !== owner.number(),
  );
  return taken.map(({ kind, track, fromSegment, toSegment }) => {
    const rows = kind === 'sound' ? [soundRow(track)] : plan.rungs.map(({ id }) => id);
    let at = fromSegment;
    while (rows.every((id) => store.has(id, at))) at++;
    return { rows, from: fromSegment, to: toSegment ?? at + 1, at, why: 'batch' };
  });
}
