import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import HLS from 'hls-parser';
import { TsDemuxer } from '../server/media/ts/demuxer.ts';
import type { Unit } from '../server/media/ts/streams.ts';
import { type ListRate, listRate, variantRate } from '../tests/support/peak-rate.ts';
import type { Bench, BenchOptions, Row } from './support/bench.ts';
import { costOfRun } from './support/run-cost.ts';

const SAMPLES = path.join(import.meta.dirname, '..', '..', 'shared', 'samples', 'media');
const SIARAN = path.join(import.meta.dirname, '..', 'bin', 'siaran.mjs');
const TIME = '/usr/bin/time';
/** These get every quality that fits them, the others the two lowest. */
const WHOLE = new Set(['androidx__bbb_1920x1080_60fps_vp8.webm', 'androidx__hlg10-color-test.mp4']);
const TWO_LOWEST = '360p,480p';
const LARGEST_DURATION_ERROR_MS = 110;
const LARGEST_EXTINF_ERROR_MS = 50;
const MOST_OF_PEAK = 1.2;
const TICKS = 90_000;

type Segment = { durationS: number; pts: number[]; keys: number[]; sound: number[] };

function segmentsOf(folder: string): Segment[] {
  const list = readFileSync(path.join(folder, 'playlist.m3u8'), 'utf8');
  return [...list.matchAll(/#EXTINF:([\d.]+),\n(\S+)/g)].map(([, seconds, name]) => {
    const bytes = readFileSync(path.join(folder, name!));
    const units: Unit[] = [];
    const demuxer = new TsDemuxer({ onUnit: (unit) => units.push(unit) });
    demuxer.push(bytes);
    demuxer.flush();
    const pictures = units.filter((unit) => unit.kind === 'video');
    return {
      durationS: Number(seconds),
      pts: pictures.map(({ pts }) => pts).sort((a, b) => a - b),
      keys: pictures.filter(({ key }) => key).map(({ pts }) => pts),
      sound: units.filter((unit) => unit.kind === 'audio').map(({ pts }) => pts),
    };
  });
}

type Findings = {
  faults: string[];
  errorMs: number;
  driftMs: number;
  extinfErrorMs: number;
  /** BANDWIDTH of each quality by its measured peak. */
  ratios: number[];
};

/** What is wrong with a result, in words; nothing when all holds. */
function faultsOf(out: string, rungs: readonly string[], promisedS: number | null): Findings {
  const faults: string[] = [];
  const rows = rungs.map((rung) => segmentsOf(path.join(out, rung)));
  const shapeOf = (row: readonly Segment[]) =>
    JSON.stringify(row.map(({ pts, keys, durationS }) => [pts, keys, durationS]));
  if (new Set(rows.map(shapeOf)).size > 1) faults.push('rungs are not aligned');
  const first = rows[0]!;
  let extinfErrorMs = 0;
  for (const [k, segment] of first.entries()) {
    const next = first[k + 1]?.pts[0];
    const errorMs =
      next === undefined ? 0 : Math.abs((next - segment.pts[0]!) / TICKS - segment.durationS) * 1000;
    extinfErrorMs = Math.max(extinfErrorMs, errorMs);
    if (errorMs > LARGEST_EXTINF_ERROR_MS) faults.push(`EXTINF of ${k} is wrong`);
    if (segment.keys[0] !== segment.pts[0]) faults.push(`segment ${k} begins without a keyframe`);
  }
  const lengthS = first.reduce((sum, { durationS }) => sum + durationS, 0);
  const errorMs = promisedS === null ? 0 : (lengthS - promisedS) * 1000;
  if (Math.abs(errorMs) > LARGEST_DURATION_ERROR_MS) faults.push('the length is wrong');
  const sound = first.flatMap((segment) => segment.sound);
  // Both begin at the same instant; sound that is pushed away from its own count of samples would be late or early.
  const driftMs = Math.max(
    0,
    ...sound.map((pts, n) => Math.abs(pts - sound[0]! - (n * 1024 * TICKS) / 48_000) / 90),
  );
  if (driftMs > 80) faults.push('sound drifts');
  const rates = rateFaults(out, rungs);
  return { faults: [...faults, ...rates.faults], errorMs, driftMs, extinfErrorMs, ratios: rates.ratios };
}

/** BANDWIDTH against the peak of what is there to be downloaded, told by the lists and files themselves. */
function rateFaults(out: string, rungs: readonly string[]): { faults: string[]; ratios: number[] } {
  const text = readFileSync(path.join(out, 'master.m3u8'), 'utf8');
  const { variants } = HLS.parse(text) as HLS.types.MasterPlaylist;
  const rateOf = (uri: string): ListRate => {
    const list = readFileSync(path.join(out, uri), 'utf8');
    const names = list.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return listRate(
      list,
      names.map((name) => statSync(path.join(out, path.dirname(uri), name)).size),
    );
  };
  const faults: string[] = [];
  const ratios = variants.map(({ uri, audio, bandwidth, averageBandwidth = 0 }) => {
    const beside = audio.flatMap((sound) => (sound.uri ? [rateOf(sound.uri)] : []));
    const { peak, average } = variantRate(rateOf(uri), beside);
    const [ratio, mean] = [bandwidth / peak, averageBandwidth / average];
    if (!(ratio >= 1 && ratio <= MOST_OF_PEAK))
      faults.push(`BANDWIDTH of ${uri} is ${ratio.toFixed(3)} of the peak`);
    if (!(mean >= 1 && mean <= 1.01))
      faults.push(`AVERAGE-BANDWIDTH of ${uri} is ${mean.toFixed(3)} of the mean`);
    return ratio;
  });
  if (variants.length !== rungs.length) faults.push('the master lacks a quality');
  return { faults, ratios };
}

const warningsOf = (list: string): string =>
  spawnSync('ffmpeg', ['-nostdin', '-v', 'warning', '-i', list, '-f', 'null', '-'], {
    encoding: 'utf8',
  }).stderr.trim();

/** The end of the last packet of the picture that is shown, or of any sound, without looking through our eyes. */
function promisedOf(file: string): number | null {
  const entries =
    'packet=stream_index,pts_time,duration_time,flags:stream=index,codec_type,pix_fmt:stream_disposition=attached_pic:format=start_time';
  const { stdout } = spawnSync('ffprobe', ['-v', 'quiet', '-show_entries', entries, '-of', 'json', file], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const { packets = [], streams = [], format } = JSON.parse(stdout || '{}') as ProbeAnswer;
  // Covers, and further pictures that only stand there now and then, are not what is played.
  const shown = streams.find(
    ({ codec_type, pix_fmt, disposition }) => codec_type === 'video' && pix_fmt && !disposition?.attached_pic,
  );
  const counting = new Set(
    streams.filter((stream) => stream === shown || stream.codec_type === 'audio').map(({ index }) => index),
  );
  const ends = packets
    .filter(({ stream_index, flags = '', pts_time }) => {
      return counting.has(stream_index) && !flags.includes('D') && pts_time;
    })
    .map(({ pts_time, duration_time }) => Number(pts_time) + Number(duration_time ?? 0));
  return ends.length > 0
    ? ends.reduce((most, end) => Math.max(most, end), 0) - Number(format?.start_time ?? 0)
    : null;
}

type ProbeAnswer = {
  packets?: { stream_index: number; pts_time?: string; duration_time?: string; flags?: string }[];
  streams?: {
    index: number;
    codec_type?: string;
    pix_fmt?: string;
    disposition?: { attached_pic?: number };
  }[];
  format?: { start_time?: string };
};

async function sampleRow(name: string, out: string): Promise<Row> {
  const file = path.join(SAMPLES, name);
  const small = WHOLE.has(name) ? [] : ['--rungs', TWO_LOWEST];
  const command = (rungs: readonly string[]) => [SIARAN, 'transcode', file, out, '--json', ...rungs];
  const timed = existsSync(TIME) ? ['-f', 'PEAK %M', process.execPath] : [];
  const run = (rungs: readonly string[]) =>
    timed.length > 0
      ? costOfRun(TIME, [...timed, ...command(rungs)])
      : costOfRun(process.execPath, command(rungs));
  let cost = await run(small);
  // A picture below 360 lines has one quality under its own name.
  if (/none of these qualities/.test(cost.stderr)) cost = await run([]);
  const peakMb = Number(/PEAK (\d+)/.exec(cost.stderr)?.[1] ?? 0) / 1024;
  const spent = `${cost.wallS.toFixed(1)} s, CPU ${cost.cpuS.toFixed(1)} s, ${peakMb.toFixed(0)} MB`;
  if (cost.code !== 0) {
    const sentence = cost.stderr
      .split('\n')
      .find((line) => line !== '' && !line.startsWith('PEAK') && !line.startsWith('Command'));
    return {
      what: name,
      value: `refused (${cost.code}): ${sentence}; ${spent}`,
      reach: 'a reason',
      reached: cost.code === 3,
    };
  }
  const done = JSON.parse(cost.stdout.split('\n').find((line) => line.includes('"done"'))!) as {
    rungs: string[];
    tracks: number;
  };
  const { faults, errorMs, driftMs, extinfErrorMs, ratios } = faultsOf(out, done.rungs, promisedOf(file));
  const warnings = warningsOf(path.join(out, done.rungs[0]!, 'playlist.m3u8'));
  const found = [...faults, ...(warnings ? [`warning: ${warnings.split('\n')[0]!.slice(0, 90)}`] : [])];
  const value = [
    `${done.rungs.join(' ')}, ${done.tracks} sound`,
    `length ${errorMs >= 0 ? '+' : ''}${errorMs.toFixed(0)} ms, drift ${driftMs.toFixed(1)} ms, EXTINF ${extinfErrorMs.toFixed(1)} ms`,
    `BANDWIDTH ${Math.min(...ratios).toFixed(4)}-${Math.max(...ratios).toFixed(4)}`,
    spent,
    ...found,
  ].join('; ');
  return { what: name, value, reach: 'no fault', reached: found.length === 0 };
}

async function all(folder: string, { option, say }: BenchOptions): Promise<Row[]> {
  const only = option('only');
  const names = readdirSync(SAMPLES).filter(
    (name) => name !== 'README.md' && (only === null || new RegExp(only).test(name)),
  );
  const rows: Row[] = [];
  for (const [i, name] of names.entries()) {
    const row = await sampleRow(name, path.join(folder, String(i)));
    rmSync(path.join(folder, String(i)), { recursive: true, force: true });
    say(`${row.reached ? 'fine ' : 'FAULT'} ${name}: ${row.value}`);
    rows.push({ ...row, value: row.reached ? 'fine' : row.value });
  }
  return rows;
}

export const bench: Bench = {
  about:
    'every sample file converted: length, drift, alignment, EXTINF, BANDWIDTH, warnings, time, memory; --only=PATTERN',
  async run(options) {
    const folder = mkdtempSync(path.join(tmpdir(), 'siaran-bench-'));
    try {
      return await all(folder, options);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
