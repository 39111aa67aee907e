import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What a clip holds; every one is 16 s long, the shortest time in which 25 pictures and 48 kHz AAC frames both end. */
type ClipSpec = {
  size?: string;
  gop?: number;
  video?: 'libx264' | 'libx265' | 'mpeg2video' | null;
  audio?: 'aac' | 'mp2' | 'ac3' | null;
  bframes?: number;
  /** Constant rate of the picture in kbit/s; else whatever the picture needs. */
  kbps?: number;
};

const CLIPS = {
  a: { size: '1280x720', gop: 25, bframes: 2 },
  /** As `a`, with another mark: nothing that a player could notice differs. */
  twin: { size: '1280x720', gop: 25, bframes: 2 },
  b: { size: '640x360', gop: 50 },
  hevc: { video: 'libx265', size: '320x180', gop: 25 },
  mp2: { audio: 'mp2', size: '320x180', gop: 25 },
  ac3: { audio: 'ac3', size: '320x180', gop: 25 },
  mpeg2: { video: 'mpeg2video', audio: 'mp2', size: '320x180', gop: 12 },
  noaudio: { audio: null, size: '320x180', gop: 25 },
  audio: { video: null },
  small: { size: '320x180', gop: 25 },
  mbps5: { size: '640x360', gop: 50, kbps: 4700 },
  mbps20: { size: '1280x720', gop: 50, kbps: 19_500 },
} satisfies Record<string, ClipSpec>;

export type ClipName = keyof typeof CLIPS;

export const isClipName = (name: string): name is ClipName => Object.hasOwn(CLIPS, name);

export const CLIP_S = 16;
const PICTURES = CLIP_S * 25;
const ENCODED_S = 4;
/** Samples of a frame; those of MP2 do not fill 16 s, so that its sound has a hole of 16 ms in each round. */
const FRAME_SAMPLES = { aac: 1024, mp2: 1152, ac3: 1536 };

const ENCODERS: Record<string, string[]> = {
  libx264: ['-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-sc_threshold', '0', '-threads', '1'],
  libx265: ['-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-x265-params', 'log-level=error:pools=1'],
  mpeg2video: ['-b:v', '800k'],
};

/** Marks the keyframes of H.264 with the clip's name, so that a viewer can tell whose picture it sees. */
export const markOf = (name: ClipName): string => `siaran-clip-${name};`;

function videoArgs(name: ClipName, spec: ClipSpec): string[] {
  const codec = spec.video ?? 'libx264';
  const args = ['-c:v', codec, ...ENCODERS[codec]!, '-g', String(spec.gop), '-bf', String(spec.bframes ?? 0)];
  const rate = `${spec.kbps}k`;
  if (spec.kbps)
    args.push(
      '-b:v',
      rate,
      '-minrate',
      rate,
      '-maxrate',
      rate,
      '-bufsize',
      rate,
      '-x264-params',
      'nal-hrd=cbr',
    );
  if (codec !== 'libx264') return args;
  // Rate information makes x264 put a message in front of every picture, and the mark joins it; alone it would stand
  // behind its picture, where it does not belong.
  if (!spec.kbps) args.push('-crf', '32', '-x264-params', 'nal-hrd=vbr:vbv-maxrate=20000:vbv-bufsize=20000');
  const text = markOf(name);
  return [...args, '-bsf:v', `h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+${text}`];
}

/** Four seconds of picture are encoded and repeated; the sound is encoded whole, so that its end meets its beginning. */
function encode(name: ClipName, spec: ClipSpec, file: string): void {
  const run = (args: string[]) =>
    execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args], { stdio: 'pipe' });
  const part = `${file}.part.nut`;
  const args: string[] = [];
  if (spec.video !== null) {
    const picture = `testsrc2=s=${spec.size}:r=25:d=${ENCODED_S}`;
    run(['-f', 'lavfi', '-i', picture, ...videoArgs(name, spec), part]);
    args.push('-stream_loop', '-1', '-i', part);
  }
  if (spec.audio !== null) args.push('-f', 'lavfi', '-i', 'sine=f=440:r=48000');
  if (spec.video !== null) args.push('-c:v', 'copy', '-frames:v', String(PICTURES));
  const codec = spec.audio ?? 'aac';
  if (spec.audio !== null)
    args.push(
      '-c:a',
      codec,
      '-b:a',
      '96k',
      '-ac',
      '2',
      '-frames:a',
      String(Math.floor((CLIP_S * 48_000) / FRAME_SAMPLES[codec])),
    );
  run([
    ...args,
    '-mpegts_service_id',
    '77',
    '-mpegts_pmt_start_pid',
    '0x1f0',
    '-mpegts_start_pid',
    '0x210',
    '-f',
    'mpegts',
    file,
  ]);
  rmSync(part, { force: true });
}

/** The bytes of a clip; encoded on first use on this machine and kept in the system's folder for temporary files. */
export function clipBytes(name: ClipName): Buffer {
  const spec: ClipSpec = CLIPS[name];
  const folder = path.join(tmpdir(), 'siaran-provider-clips');
  const hash = createHash('sha1')
    .update(`${encode}${videoArgs}${JSON.stringify([name, spec, ENCODERS])}`)
    .digest('hex');
  const file = path.join(folder, `${name}-${hash.slice(0, 12)}.ts`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const fresh = `${file}.${process.pid}.ts`;
    encode(name, spec, fresh);
    renameSync(fresh, file);
  }
  return readFileSync(file);
}
