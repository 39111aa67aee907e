import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** A transport stream with a moving picture and a tone. */
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
  const file = path.join(folder, `${Math.random().toString(36).slice(2)}.ts`);
  execFileSync('ffmpeg', [...args, ...(options.extra ?? []), '-f', 'mpegts', file], { stdio: 'pipe' });
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

/** What `ffmpeg -v warning` prints while it decodes the whole; empty when nothing is wrong. */
export function ffmpegWarnings(bytes: Buffer): string {
  const run = ['-nostdin', '-v', 'warning', '-i', clipFile(bytes), '-f', 'null', '-'];
  return spawnSync('ffmpeg', run, { encoding: 'utf8' }).stderr;
}

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
