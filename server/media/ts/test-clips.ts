import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TsDemuxer } from './demuxer.ts';
import type { AudioUnit, Program, Unit, VideoUnit } from './streams.ts';

/** Test media made by ffmpeg's own generators; the folder goes when the test process ends. */
const folder = mkdtempSync(path.join(tmpdir(), 'siaran-clips-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

export type ClipOptions = {
  seconds: number;
  size?: string;
  fps?: number;
  gop?: number;
  video?: 'libx264' | 'libx265' | 'mpeg2video' | null;
  audio?: 'aac' | 'mp2' | 'ac3' | 'eac3' | null;
  sampleRate?: number;
  bframes?: number;
  extra?: string[];
};

const CODEC_FLAGS: Record<string, string[]> = {
  libx264: ['-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-sc_threshold', '0'],
  libx265: ['-preset', 'ultrafast', '-x265-params', 'log-level=error'],
  mpeg2video: [],
};

/** A transport stream with a moving picture and a tone; encoded on first use on this machine. */
export function makeClip(options: ClipOptions): Buffer {
  const { seconds, size = '320x180', fps = 25, gop = 25, sampleRate = 48000 } = options;
  const video = options.video === undefined ? 'libx264' : options.video;
  const audio = options.audio === undefined ? 'aac' : options.audio;
  const args = ['-nostdin', '-v', 'error', '-y'];
  if (video) args.push('-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${fps}:d=${seconds}`);
  if (audio) args.push('-f', 'lavfi', '-i', `sine=f=440:r=${sampleRate}:d=${seconds}`);
  if (video)
    args.push('-c:v', video, ...CODEC_FLAGS[video]!, '-g', String(gop), '-bf', String(options.bframes ?? 0));
  if (audio) args.push('-c:a', audio, '-b:a', '96k');
  return kept([...args, ...(options.extra ?? []), '-f', 'mpegts']);
}

const KEPT = path.join(tmpdir(), 'siaran-clips');

/** What ffmpeg makes of these arguments, from the folder that all test files share. Two may make it at once; both see it whole. */
function kept(args: readonly string[]): Buffer {
  const file = path.join(KEPT, `${createHash('sha1').update(args.join('\n')).digest('hex')}.ts`);
  if (!existsSync(file)) {
    mkdirSync(KEPT, { recursive: true });
    const fresh = `${file}.${randomUUID()}.ts`;
    execFileSync('ffmpeg', [...args, fresh], { stdio: 'pipe' });
    renameSync(fresh, file);
  }
  return readFileSync(file);
}

/** Writes bytes where ffmpeg can read them. */
export function clipFile(bytes: Buffer, extension = 'ts'): string {
  const file = path.join(folder, `${Math.random().toString(36).slice(2)}.${extension}`);
  writeFileSync(file, bytes);
  return file;
}

export type Demuxed = {
  program: Program;
  units: Unit[];
  video: VideoUnit[];
  audio: AudioUnit[];
  demuxer: TsDemuxer;
};

export function demux(bytes: Buffer, chunkBytes = bytes.length): Demuxed {
  const units: Unit[] = [];
  const demuxer = new TsDemuxer({ onUnit: (unit) => units.push(unit) });
  for (let at = 0; at < bytes.length; at += chunkBytes) demuxer.push(bytes.subarray(at, at + chunkBytes));
  demuxer.flush();
  const video = units.filter((unit) => unit.kind === 'video');
  const audio = units.filter((unit) => unit.kind === 'audio');
  return { program: demuxer.program!, units, video, audio, demuxer };
}

const decodingOf = (bytes: Buffer) => ['-nostdin', '-v', 'warning', '-i', clipFile(bytes), '-f', 'null', '-'];

/** What `ffmpeg -v warning` prints while it decodes the whole; empty when nothing is wrong. */
export function ffmpegWarnings(bytes: Buffer): string {
  return spawnSync('ffmpeg', decodingOf(bytes), { encoding: 'utf8' }).stderr;
}

/** What a run of ffmpeg prints. Nothing stands still meanwhile: for tests that run side by side. */
export const printedBy = (args: readonly string[]): Promise<string> =>
  new Promise((resolve) => execFile('ffmpeg', args, (_error, _out, err) => resolve(err)));

/** As `ffmpegWarnings`, for tests that run side by side. */
export const warningsOf = (bytes: Buffer): Promise<string> => printedBy(decodingOf(bytes));

/** Packet times of ffprobe, `video` and `audio` as `pts/dts` in ticks. */
export function probePackets(bytes: Buffer): { video: string[]; audio: string[] } {
  const file = clipFile(bytes);
  const of = (stream: string) =>
    execFileSync(
      'ffprobe',
      ['-v', 'error', '-select_streams', stream, '-show_entries', 'packet=pts,dts', '-of', 'csv=p=0', file],
      { encoding: 'utf8' },
    )
      .split('\n')
      .map((line) => line.replace(/,+$/, ''))
      .filter(Boolean);
  return { video: of('v:0'), audio: of('a:0') };
}
