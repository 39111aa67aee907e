import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EncodePlan, encoderArgs, pictureGraph, rateArgs, rateFor } from '../server/media/args.ts';
import type { MediaFacts } from '../server/media/facts.ts';
import { chooseRungs, type Rendition } from '../server/media/ladder.ts';
import { atMost, type Bench, type BenchOptions, median, type Row } from './support/bench.ts';
import { costOfRun, type RunCost } from './support/run-cost.ts';

const OVERHEAD_PERCENT = 3;
/** The clip is this, some times over: its raw pictures have to fit on the disk. */
const PIECE_S = 5;
const FPS = 30;
const SEGMENT_S = 6;
const SIARAN = path.join(import.meta.dirname, '..', 'bin', 'siaran.mjs');

/**
 * A zoom into a fractal under moving patterns and grain, in 1080p30 at about 10 Mb/s, with a chord in noise. The sound is
 * as long as the pictures to the sample: else the clip would have another rate at its seams than it says.
 */
function makeClip(folder: string, repeats: number): string {
  const picture = [
    `[0:v]scale=1920:1080:flags=bilinear[zoom]`,
    '[1:v]format=yuva420p,colorchannelmixer=aa=0.35[pattern]',
    '[zoom][pattern]overlay,noise=alls=7:allf=t,format=yuv420p[v]',
  ].join(';');
  const zoom = `mandelbrot=s=640x360:r=${FPS}:end_scale=0.05:end_pts=${PIECE_S * FPS}`;
  const chord = '0.1*sin(2*PI*220*t)+0.1*sin(2*PI*277*t)+0.02*random(0)|0.1*sin(2*PI*330*t)';
  const piece = path.join(folder, 'piece.mp4');
  const clip = path.join(folder, 'clip.mp4');
  const start = ['-nostdin', '-v', 'error', '-y'];
  execFileSync('ffmpeg', [
    ...[...start, '-f', 'lavfi', '-i', zoom, '-f', 'lavfi', '-i', `testsrc2=s=1920x1080:r=${FPS}`],
    ...['-filter_complex', picture, '-map', '[v]', '-t', String(PIECE_S)],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '10M', '-g', '60', piece],
  ]);
  execFileSync('ffmpeg', [
    ...[...start, '-stream_loop', String(repeats - 1), '-i', piece],
    ...['-f', 'lavfi', '-i', `aevalsrc=${chord}:s=48000:d=${repeats * PIECE_S}`],
    ...['-map', '0:v', '-map', '1:a', '-c:v', 'copy', '-c:a', 'aac', '-b:a', '192k', clip],
  ]);
  return clip;
}

function planFor(seconds: number): EncodePlan {
  const rate = { num: FPS, den: 1 };
  const video = {
    ...{ index: 0, codec: 'h264', pixelFormat: 'yuv420p', codedWidth: 1920, codedHeight: 1080, width: 1920 },
    ...{ height: 1080, rotation: 0, averageRate: rate, baseRate: rate, interlaced: false, hdr: null },
    durationSeconds: seconds,
  };
  const facts: MediaFacts = {
    ...{ container: 'mov', durationSeconds: seconds, sizeBytes: 0, streamCount: 2, video },
    audio: {
      ...{ index: 1, codec: 'aac', channels: 2, sampleRate: 48_000 },
      language: null,
      durationSeconds: seconds,
    },
  };
  const rungs = chooseRungs(video);
  return {
    facts,
    rungs,
    segmentSeconds: SEGMENT_S,
    rate: rateFor(video, rungs),
    threads: 0,
    toneMapping: true,
  };
}

const KEYS = 'expr:gte(t,n_forced*2)';
const QUIET = ['-nostdin', '-y', '-v', 'error'];
const sound = (rung: Rendition): string[] => [
  '-c:a',
  'aac',
  '-b:a',
  String(rung.audioBitsPerSecond),
  '-ac',
  '2',
  '-ar',
  '48000',
];
const hls = (map: string): string[] => [
  ...['-f', 'hls', '-hls_time', String(SEGMENT_S), '-hls_playlist_type', 'event'],
  ...['-hls_segment_filename', '%v/%d.ts', '-var_stream_map', map, '%v/index.m3u8'],
];

/** The rates of one of several rungs of a process: each option names its stream. */
const ratesOf = (rung: Parameters<typeof rateArgs>[0], i: number): string[] =>
  rateArgs(rung).map((word) => (word.startsWith('-') ? `${word}:v:${i}` : word));

/** All rungs and the sound in one process, with the cascade that our engine uses. */
function oneArgs(plan: EncodePlan, clip: string): string[] {
  const { rungs, facts } = plan;
  const map = [...rungs.map((_, i) => `v:${i},agroup:sound`), 'a:0,agroup:sound'].join(' ');
  return [
    ...[...QUIET, '-i', clip, '-filter_complex', pictureGraph(plan, facts.video!, 0)],
    ...rungs.flatMap((_, i) => ['-map', `[v${i}]`]),
    ...['-map', '0:1', ...encoderArgs(plan, KEYS), ...rungs.flatMap(ratesOf)],
    ...[...sound(rungs.at(-1)!), ...hls(map)],
  ];
}

/** One rung with its sound. */
function singleArgs(plan: EncodePlan, rung: Rendition, clip: string): string[] {
  const alone = { ...plan, rungs: [rung] };
  return [
    ...[...QUIET, '-i', clip, '-filter_complex', pictureGraph(alone, plan.facts.video!, 0), '-map', '[v0]'],
    ...['-map', '0:1', ...encoderArgs(alone, KEYS), ...rateArgs(rung), ...sound(rung), ...hls('v:0,a:0')],
  ];
}

const rawFile = (folder: string, rung: Rendition): string => path.join(folder, `${rung.id}.yuv`);

function makeRaw(folder: string, plan: EncodePlan): void {
  execFileSync('ffmpeg', [
    ...[
      ...QUIET,
      '-i',
      path.join(folder, 'piece.mp4'),
      '-filter_complex',
      pictureGraph(plan, plan.facts.video!, 0),
    ],
    ...plan.rungs.flatMap((rung, i) => ['-map', `[v${i}]`, '-f', 'rawvideo', rawFile(folder, rung)]),
  ]);
}

/** The encoder alone: pictures that are decoded and scaled already. */
function encodeArgs(plan: EncodePlan, rung: Rendition, folder: string, repeats: number): string[] {
  return [
    ...[...QUIET, '-stream_loop', String(repeats - 1), '-f', 'rawvideo', '-pix_fmt', 'yuv420p'],
    ...['-s', `${rung.width}x${rung.height}`, '-r', String(FPS), '-i', rawFile(folder, rung)],
    ...[...encoderArgs(plan, KEYS), ...rateArgs(rung), '-f', 'null', '-'],
  ];
}

const sumOf = (costs: readonly RunCost[]) => costs.reduce((sum, { cpuS }) => sum + cpuS, 0);

async function fine(cost: Promise<RunCost>): Promise<RunCost> {
  const ended = await cost;
  if (ended.code !== 0) throw new Error(`a run ended with ${ended.code}: ${ended.stderr.slice(-500)}`);
  return ended;
}

type Cost = { wallS: number; cpuS: number };
type Round = Record<'ours' | 'one' | 'four' | 'alone', Cost>;
const meanOf = (a: Cost, b: Cost): Cost => ({ wallS: (a.wallS + b.wallS) / 2, cpuS: (a.cpuS + b.cpuS) / 2 });

type Place = { folder: string; clip: string; plan: EncodePlan; repeats: number };

async function round({ folder, clip, plan, repeats }: Place, turn: number): Promise<Round> {
  const room = (name: string): string => {
    const dir = path.join(folder, 'out', name);
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
    return dir;
  };
  const found: Partial<Round> = {};
  const runs = {
    async ours() {
      const args = [
        SIARAN,
        'transcode',
        clip,
        room('ours'),
        '--quiet',
        '--segment-seconds',
        String(SEGMENT_S),
      ];
      found.ours = await fine(costOfRun(process.execPath, args));
    },
    async one() {
      const cost = await fine(costOfRun('ffmpeg', oneArgs(plan, clip), room('one')));
      found.one = found.one ? meanOf(found.one, cost) : cost;
    },
    async four() {
      const costs = await Promise.all(
        plan.rungs.map((rung) => fine(costOfRun('ffmpeg', singleArgs(plan, rung, clip), room(rung.id)))),
      );
      found.four = { cpuS: sumOf(costs), wallS: Math.max(...costs.map(({ wallS }) => wallS)) };
    },
    async alone() {
      const costs: RunCost[] = [];
      for (const rung of plan.rungs)
        costs.push(await fine(costOfRun('ffmpeg', encodeArgs(plan, rung, folder, repeats))));
      found.alone = { cpuS: sumOf(costs), wallS: costs.reduce((sum, { wallS }) => sum + wallS, 0) };
    },
  };
  // A machine is not the same for minutes: what is compared most closely stands between two runs of its peer, and whoever
  // begins a round ends the next one.
  const pair = [runs.one, runs.ours, runs.one];
  const order = turn % 2 === 0 ? [...pair, runs.four, runs.alone] : [runs.alone, runs.four, ...pair];
  for (const run of order) await run();
  return found as Round;
}

/** What the command costs on a clip that is nothing to convert. */
async function startCost(folder: string): Promise<Cost> {
  const [tiny, out] = [path.join(folder, 'tiny.mp4'), path.join(folder, 'tiny')];
  rmSync(out, { recursive: true, force: true });
  const source = ['-f', 'lavfi', '-i', 'color=s=32x32:r=30:d=0.2', '-f', 'lavfi', '-i', 'anullsrc=d=0.2'];
  execFileSync('ffmpeg', [...QUIET, ...source, '-shortest', tiny]);
  return fine(costOfRun(process.execPath, [SIARAN, 'transcode', tiny, out, '--quiet']));
}

async function compare(folder: string, { quick, say, option }: BenchOptions): Promise<Row[]> {
  const repeats = Math.max(1, Math.round(Number(option('seconds') ?? (quick ? 20 : 30)) / PIECE_S));
  const clip = makeClip(folder, repeats);
  const plan = planFor(repeats * PIECE_S);
  makeRaw(folder, plan);
  const rounds: Round[] = [];
  const starts: Cost[] = [];
  const count = Number(option('rounds') ?? (quick ? 2 : 5));
  for (let turn = 0; turn < count; turn++) {
    const found = await round({ folder, clip, plan, repeats }, turn);
    rounds.push(found);
    starts.push(await startCost(folder));
    say(
      Object.entries(found)
        .map(([name, { wallS, cpuS }]) => `${name} ${wallS.toFixed(1)} s, CPU ${cpuS.toFixed(1)} s`)
        .join('; '),
    );
  }
  const of = (name: keyof Round, what: 'wallS' | 'cpuS'): number =>
    median(rounds.map((found) => found[name][what]));
  const line = (what: string, name: keyof Round): Row => ({
    what,
    value: `${of(name, 'cpuS').toFixed(1)} s CPU, ${of(name, 'wallS').toFixed(1)} s`,
  });
  const begin = {
    cpuS: median(starts.map(({ cpuS }) => cpuS)),
    wallS: median(starts.map(({ wallS }) => wallS)),
  };
  const beyond = (what: keyof Cost, freeS: number): number =>
    median(rounds.map(({ ours, one }) => ((ours[what] - freeS) / one[what] - 1) * 100));
  const whole = [beyond('cpuS', 0), beyond('wallS', 0)].map((percent) => percent.toFixed(1));
  return [
    line(`ladder of ${plan.rungs.length} for ${repeats * PIECE_S} s of 1080p30: siaran transcode`, 'ours'),
    line('one ffmpeg, same ladder and cascade', 'one'),
    line('four ffmpegs side by side', 'four'),
    line('the encodes alone, one after another', 'alone'),
    { what: 'the command beyond the one ffmpeg', value: `${whole[0]} % CPU, ${whole[1]} % time` },
    {
      what: 'of it starting Node, probing and ending, which a clip of a moment costs too',
      value: `${begin.cpuS.toFixed(2)} s CPU, ${begin.wallS.toFixed(2)} s`,
    },
    atMost(
      'CPU of the engine beyond the one ffmpeg, without that',
      beyond('cpuS', begin.cpuS),
      OVERHEAD_PERCENT,
      '%',
    ),
    atMost('time of the engine beyond it, without that', beyond('wallS', begin.wallS), OVERHEAD_PERCENT, '%'),
  ];
}

export const bench: Bench = {
  about:
    'CPU and time of all qualities of a 1080p30 clip beside one ffmpeg, four ffmpegs and the encodes alone',
  async run(options) {
    const folder = mkdtempSync(path.join(tmpdir(), 'siaran-bench-'));
    try {
      return await compare(folder, options);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
