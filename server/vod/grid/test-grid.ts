import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '../../core/ids.ts';
import { rateFor } from '../../media/args.ts';
import type { MediaFacts } from '../../media/facts.ts';
import { createSupervisor } from '../../media/ffmpeg/supervisor.ts';
import { chooseRungs, type Rendition } from '../../media/ladder.ts';
import { probe } from '../../media/probe.ts';
import { openWorkroom } from '../../media/workroom.ts';
import { picturesOf } from './check.ts';
import { createMaker, type Maker } from './maker.ts';
import { type GridPlan, planGrid } from './plan.ts';
import type { GridPorts } from './ports.ts';
import { GridStore } from './store.ts';

const dir = mkdtempSync(join(tmpdir(), 'siaran-grid-'));
const supervisor = createSupervisor({
  ffmpegPath: 'ffmpeg',
  ffprobePath: 'ffprobe',
  runDir: join(dir, 'run'),
});

/** Ends all that the tests of a file have opened. */
export async function closeGrids(): Promise<void> {
  await supervisor.close();
  rmSync(dir, { recursive: true, force: true });
}

/** A clip as ffmpeg makes it of these arguments; the ending decides the container. */
export function clip(ending: string, args: readonly string[]): string {
  const file = join(dir, `${newId()}.${ending}`);
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', ...args, file], { stdio: 'pipe' });
  return file;
}

/** A moving picture with a counter in it, coded with B-frames and long distances between keyframes. */
export const picture = (rate: string, seconds: number): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=160x90:r=${rate}:d=${seconds}`],
];
export const coded = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '100', '-pix_fmt', 'yuv420p'];
/** A tone that never repeats: every place in it is known by its pitch. */
export const sweep = (seconds: number): string[] => [
  ...['-f', 'lavfi', '-i', `aevalsrc=0.3*sin(2*PI*(200+10*t)*t):s=48000:d=${seconds}`],
];

const rung = (id: string, width: number, height: number): Rendition => ({
  ...{ id, width, height, crf: 24 },
  ...{ videoBitsPerSecond: 300_000, audioBitsPerSecond: 96_000 },
});
const RUNGS: Rendition[] = [rung('46p', 82, 46), rung('90p', 160, 90)];

export type TestGrid = {
  ports: GridPorts;
  maker: Maker;
  plan: GridPlan;
  /** What this run has made, as `row/k`. */
  made: string[];
  /** What somebody else had made meanwhile. */
  late: string[];
};

type Options = {
  folder?: string;
  segmentSeconds?: number;
  signal?: AbortSignal;
  /** The rungs that such a video really gets, or these. */
  rungs?: Rendition[] | 'ladder';
  /** What an earlier look at the file has found, or what should be believed of it. */
  facts?: MediaFacts;
};

/** A grid of two small rungs (or others) over a file, in a folder that another grid may have used before. */
export async function openGrid(
  file: string,
  {
    folder = join(dir, newId()),
    segmentSeconds = 2,
    signal = new AbortController().signal,
    rungs = RUNGS,
    facts: given,
  }: Options = {},
): Promise<TestGrid> {
  const openRoom: GridPorts['openRoom'] = (folders) =>
    openWorkroom({ dir: join(dir, newId()), sourcePath: file, decoder: null, folders, foreign: true });
  const facts = given ?? (await factsOf(openRoom));
  const chosen = rungs === 'ladder' ? chooseRungs(facts.video!) : rungs;
  const rate = rateFor(facts.video!, chosen);
  const plan = planGrid({ facts, source: file, rate, segmentSeconds, rungs: chosen });
  const store = await GridStore.open(folder, plan);
  const [made, late]: [string[], string[]] = [[], []];
  const onSegment: GridPorts['onSegment'] = (row, k, mine) => (mine ? made : late).push(`${row}/${k}`);
  const ports = { supervisor, decoder: null, openRoom, facts, plan, store, threads: 1, signal, onSegment };
  return { ports, maker: createMaker(ports), plan, made, late };
}

async function factsOf(openRoom: GridPorts['openRoom']): Promise<MediaFacts> {
  const room = await openRoom([]);
  return await probe(supervisor, room.dir).finally(() => room.close());
}

/** What a cut decides of a segment: when decoding begins, and times and keyframes of its pictures as they are shown. */
export async function cutOf({ ports: { store } }: TestGrid, row: string, k: number): Promise<string[]> {
  const pictures = picturesOf(await store.read(row, k));
  const shown = pictures
    .toSorted((a, b) => a.pts - b.pts)
    .map(({ pts, key }) => `${pts}${key ? ' key' : ''}`);
  return [`from ${pictures[0]!.dts}`, ...shown];
}

/** The pictures of a segment in grey, as a player shows them. */
export async function shownOf({ ports: { store } }: TestGrid, row: string, k: number): Promise<Buffer> {
  const input = await store.read(row, k);
  return decoded(['-f', 'mpegts', '-i', 'pipe:0', '-fps_mode', 'passthrough', '-pix_fmt', 'gray'], input);
}

/** What ffmpeg makes of an input as raw media. */
export const decoded = (args: readonly string[], input: Buffer): Buffer =>
  execFileSync(
    'ffmpeg',
    ['-nostdin', '-v', 'error', ...args, '-f', args.includes('gray') ? 'rawvideo' : 's16le', '-'],
    {
      input,
      maxBuffer: 2 ** 28,
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
