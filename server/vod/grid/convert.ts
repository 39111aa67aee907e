import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import { expectedPictures, rateFor } from '../../media/args.ts';
import { refuseByHead } from '../../media/classify.ts';
import type { MediaFacts } from '../../media/facts.ts';
import type { Supervisor } from '../../media/ffmpeg/supervisor.ts';
import type { DecoderIdentity } from '../../media/ffmpeg/types.ts';
import { chooseRungs, type Rendition } from '../../media/ladder.ts';
import { probe } from '../../media/probe.ts';
import { openWorkroom, type Workroom } from '../../media/workroom.ts';
import { createMaker } from './maker.ts';
import { type GridPlan, planGrid } from './plan.ts';
import { publishGrid } from './publish.ts';
import { GridStore } from './store.ts';

/** What is kept inside the result's folder until the result is whole. */
export const KEPT = '.siaran';
const GRID = 'grid';
const RESERVE_BYTES = 64 * 1024 * 1024;

export type ConvertStage = 'pictures' | 'sound' | 'files';

export type Conversion = {
  file: string;
  /** Empty, new, or with an interrupted conversion in it. */
  outDir: string;
  supervisor: Supervisor;
  decoder: DecoderIdentity | null;
  segmentSeconds: number;
  threads: number;
  /** The rungs to make, by name; null for all that fit. */
  rungs: readonly string[] | null;
  signal: AbortSignal;
  /** `share` is 0 to 1, null where the length is not known yet. */
  onProgress(stage: ConvertStage, atSeconds: number, share: number | null): void;
  /** A segment that this run has made. */
  onSegment(): void;
};

export type Converted = { rungs: readonly string[]; tracks: number; durationSeconds: number };

/** Turns a file into HLS in a folder, without a server; what an earlier, interrupted run has made is used again. */
export async function convert(conversion: Conversion): Promise<Converted> {
  const { file, outDir, signal } = conversion;
  const refusal = await refuseByHead(file);
  if (refusal) throw new AppError(refusal.code, refusal.message ? { message: refusal.message } : {});
  const keptDir = join(outDir, KEPT);
  await mkdir(keptDir, { recursive: true });
  const facts = await factsOf(conversion);
  const plan = await planOf(conversion, facts);
  const store = await GridStore.open(join(keptDir, GRID), plan);
  if (store.frames === null) await checkSpace(outDir, plan, facts);
  const lengthSeconds = ((expectedPictures({ facts, rate: plan.rate }) ?? 0) * plan.rate.den) / plan.rate.num;
  const maker = createMaker({
    ...conversion,
    facts,
    plan,
    store,
    openRoom: (folders) => openRoom(conversion, folders),
    onSegment: (_row, _k, mine) => mine && conversion.onSegment(),
    onProgress: (stage, atSeconds) =>
      conversion.onProgress(
        stage,
        atSeconds,
        lengthSeconds > 0 ? Math.min(1, atSeconds / lengthSeconds) : null,
      ),
  });
  const frames = await maker.all();
  const durationSeconds = (frames * plan.rate.den) / plan.rate.num;
  const dir = join(keptDir, 'out');
  const onFile = (done: number, all: number) =>
    conversion.onProgress('files', (done / all) * durationSeconds, done / all);
  const master = await publishGrid({ plan, store, dir, signal, onFile });
  await handOver(dir, outDir, master);
  return { rungs: plan.rungs.map((rung) => rung.id), tracks: plan.tracks.length, durationSeconds };
}

/** Whether a folder may receive a result: nothing that is not ours is ever written over. */
export async function mayReceive(outDir: string): Promise<boolean> {
  try {
    const names = await readdir(outDir);
    return names.length === 0 || names.includes(KEPT);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** Whether there is a result, or a part of one. */
export const hasBegun = (outDir: string): boolean =>
  existsSync(join(outDir, 'master.m3u8')) || existsSync(join(outDir, KEPT, GRID));

/** The master comes last: it is the sign that the result is whole. */
async function handOver(dir: string, outDir: string, master: string): Promise<void> {
  for (const name of await readdir(dir)) {
    await rm(join(outDir, name), { recursive: true, force: true });
    await rename(join(dir, name), join(outDir, name));
  }
  const fresh = join(outDir, KEPT, 'master.m3u8');
  await writeFile(fresh, master);
  await rename(fresh, join(outDir, 'master.m3u8'));
  await rm(join(outDir, KEPT), { recursive: true, force: true });
}

function openRoom({ file, outDir, decoder }: Conversion, folders: readonly string[]): Promise<Workroom> {
  const dir = join(outDir, KEPT, 'work', newId());
  return openWorkroom({ dir, sourcePath: resolve(file), decoder, folders, foreign: true });
}

async function factsOf(conversion: Conversion): Promise<MediaFacts> {
  const room = await openRoom(conversion, []);
  try {
    const facts = await probe(conversion.supervisor, room.dir, conversion.signal);
    if (facts.video === null) throw new AppError('MEDIA_AUDIO_ONLY');
    return facts;
  } finally {
    await room.close();
  }
}

async function planOf(
  { file, rungs: wanted, segmentSeconds }: Conversion,
  facts: MediaFacts,
): Promise<GridPlan> {
  const fitting = chooseRungs(facts.video!);
  const rungs = wanted === null ? fitting : fitting.filter((rung) => wanted.includes(rung.id));
  if (rungs.length === 0) {
    const message = `This video has none of these qualities. It can become ${namesOf(fitting)}.`;
    throw new AppError('RENDITION_UNKNOWN', { message });
  }
  const { size, mtimeMs } = await stat(file);
  const source = `${size}-${mtimeMs}`;
  return planGrid({ facts, source, rate: rateFor(facts.video!, rungs), segmentSeconds, rungs });
}

const namesOf = (rungs: readonly Rendition[]): string => rungs.map((rung) => rung.id).join(', ');

/** Refuses before hours of work when the disk cannot hold the segments and, for a moment, the files made of them. */
async function checkSpace(dir: string, plan: GridPlan, facts: MediaFacts): Promise<void> {
  const video = plan.rungs.reduce((total, rung) => total + rung.videoBitsPerSecond, 0);
  const bits = video + plan.audioBitsPerSecond * plan.tracks.length;
  const neededBytes = (2 * (facts.durationSeconds ?? 60) * bits) / 8;
  const { bavail, bsize } = await statfs(dir);
  if (bavail * bsize - RESERVE_BYTES < neededBytes) throw new AppError('STORAGE_FULL');
}
