import { and, desc, eq } from 'drizzle-orm';
import { grid, rendition, video } from '../../drizzle/schema/vod.ts';
import type { Db, Tx } from '../db/index.ts';
import { expectedPictures, rateFor } from '../media/args.ts';
import type { MediaFacts } from '../media/facts.ts';
import { fpsOf } from '../media/frame-rate.ts';
import { chooseRungs } from '../media/ladder.ts';
import { type GridPlan, planGrid, segmentCount } from './grid/plan.ts';
import type { VodPorts } from './ports.ts';
import type { RenditionRow, VideoRow } from './queries.ts';
import { factsOf } from './stage.ts';

/** One generation of a video: the plan of its segments, and how far it is. */
export type Generation = {
  videoId: string;
  gen: number;
  plan: GridPlan;
  facts: MediaFacts;
  /** Pictures by a duration that is proved (contracts.md §8); null where it is only estimated. */
  promisedFrames: number | null;
  /** Pictures that there are; null until that was seen. */
  frames: number | null;
  /** One row for each quality, lowest first; its numbers are measured once all segments are made. */
  renditions: readonly RenditionRow[];
  /** All segments are made. */
  complete: boolean;
};

/** Containers whose header tells a duration that can be relied on. */
const PROVING = new Set(['mov', 'matroska', 'flv']);

/** Segments of a generation as far as is known: by what was seen, else by what is promised; null for neither. */
export function knownCount({
  plan,
  frames,
  promisedFrames,
}: Pick<Generation, 'plan' | 'frames' | 'promisedFrames'>): number | null {
  const pictures = frames ?? promisedFrames;
  return pictures === null ? null : segmentCount(plan, pictures);
}

/** What viewers get: the newest generation that is complete, else the newest one; null while there is none. */
export async function currentGeneration(db: Db | Tx, videoId: string): Promise<Generation | null> {
  const all = await allGenerations(db, videoId);
  return all.find((one) => one.complete) ?? all[0] ?? null;
}

/** Whether a video can be played although the work on it has ended early: because it was complete once. */
export const playsWithout = async ({ db }: Pick<VodPorts, 'db'>, videoId: string): Promise<boolean> =>
  (await currentGeneration(db, videoId))?.complete === true;

export async function findGeneration(db: Db | Tx, videoId: string, gen: number): Promise<Generation | null> {
  return (await allGenerations(db, videoId)).find((one) => one.gen === gen) ?? null;
}

/** All generations of a video, newest first. */
export async function allGenerations(db: Db | Tx, videoId: string): Promise<Generation[]> {
  const rows = await db
    .select({ grid, facts: video.facts })
    .from(grid)
    .innerJoin(video, eq(video.id, grid.videoId))
    .where(eq(grid.videoId, videoId))
    .orderBy(desc(grid.gen));
  if (rows.length === 0) return [];
  const renditions = await db
    .select()
    .from(rendition)
    .where(and(eq(rendition.videoId, videoId), eq(rendition.kind, 'video')));
  return rows.map((row) => {
    const own = renditions
      .filter(({ gen, rung }) => gen === row.grid.gen && rung !== 'original')
      .sort((a, b) => pixels(a) - pixels(b));
    return {
      videoId,
      gen: row.grid.gen,
      plan: row.grid.plan as unknown as GridPlan,
      facts: row.facts as unknown as MediaFacts,
      promisedFrames: row.grid.promisedFrames,
      frames: row.grid.frames,
      renditions: own,
      complete: own.length > 0 && own.every(({ made }) => made),
    };
  });
}

const pixels = (row: RenditionRow): number => (row.width ?? 0) * (row.height ?? 0);

/** Removes what is written down of a generation. */
export async function forgetGeneration(tx: Tx, videoId: string, gen: number): Promise<void> {
  await tx.delete(grid).where(and(eq(grid.videoId, videoId), eq(grid.gen, gen)));
  await tx.delete(rendition).where(and(eq(rendition.videoId, videoId), eq(rendition.gen, gen)));
}

/**
 * Sees to it that a video has a generation under the plan that its file and the settings ask for: the one that it has goes
 * on when the plan is the same, else a new one begins. Answers its number.
 */
export async function prepareGeneration(
  { settings }: Pick<VodPorts, 'settings'>,
  tx: Tx,
  row: VideoRow,
): Promise<number> {
  const facts = factsOf(row);
  const plan = planFor(settings, row, facts);
  const [known] = await tx
    .select()
    .from(grid)
    .where(and(eq(grid.videoId, row.id), eq(grid.gen, row.gen)));
  if (known && samePlan(known.plan, plan)) return known.gen;
  const gen = known ? row.gen + 1 : Math.max(1, row.gen);
  await tx.insert(grid).values({
    videoId: row.id,
    gen,
    plan: plan as unknown as Record<string, unknown>,
    promisedFrames: promisedFrames(plan, facts),
  });
  await tx.insert(rendition).values(
    plan.rungs.map((rung) => ({
      videoId: row.id,
      kind: 'video' as const,
      rung: rung.id,
      gen,
      codec: '',
      width: rung.width,
      height: rung.height,
      fps: fpsOf(plan.rate),
      segmentSeconds: plan.segmentSeconds,
      segments: { durationsSeconds: [], sizesBytes: [] },
      peakBitsPerSecond: rung.videoBitsPerSecond + plan.audioBitsPerSecond,
      averageBitsPerSecond: rung.videoBitsPerSecond + plan.audioBitsPerSecond,
      made: false,
    })),
  );
  await tx.update(video).set({ gen }).where(eq(video.id, row.id));
  return gen;
}

function planFor(settings: VodPorts['settings'], row: VideoRow, facts: MediaFacts): GridPlan {
  const picture = facts.video!;
  const all = chooseRungs(picture);
  // Without HLS only the MP4 of the best rung is wanted.
  const rungs = settings.get('hlsEnabled') ? all : all.slice(-1);
  return planGrid({
    facts,
    source: `${row.id}-${facts.sizeBytes}`,
    rate: rateFor(picture, rungs),
    segmentSeconds: settings.get('hlsSegmentSeconds'),
    rungs,
  });
}

/** The order of keys is lost in the database. */
const samePlan = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

const promisedFrames = (plan: GridPlan, facts: MediaFacts): number | null =>
  PROVING.has(facts.container) ? expectedPictures({ facts, rate: plan.rate }) : null;
