import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { clipFile } from '../../server/media/ts/test-clips.ts';

const run = promisify(execFile);

/** What a master tells of a variant. */
export type Told = {
  bandwidth: number;
  codecs: string | undefined;
  resolution: { width: number; height: number } | undefined;
  frameRate: number | undefined;
};

type Stream = {
  codec_name: string;
  codec_type: string;
  profile?: string;
  level?: number;
  width?: number;
  height?: number;
  avg_frame_rate?: string;
};

const PROFILES: Record<string, number> = {
  'Constrained Baseline': 66,
  Baseline: 66,
  Main: 77,
  High: 100,
};
/** FRAME-RATE has three digits; a few seconds measure it to about one in a hundred. */
const RATE_TOLERANCE = 0.02;

/** Whether CODECS, RESOLUTION and FRAME-RATE are what ffprobe sees, and whether ffmpeg decodes all of it in silence. */
export async function faultsOfMedia(bytes: Buffer, told: Told): Promise<string[]> {
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-print_format', 'json', '-show_streams', clipFile(bytes)],
  ]);
  const { streams } = JSON.parse(stdout) as { streams: Stream[] };
  const video = streams.find(({ codec_type }) => codec_type === 'video');
  const audio = streams.find(({ codec_type }) => codec_type === 'audio');
  const faults = codecFaults(told.codecs ?? '', video, audio);
  const size = told.resolution && `${told.resolution.width}x${told.resolution.height}`;
  const seen = video && `${video.width}x${video.height}`;
  if (size !== seen) faults.push(`RESOLUTION is ${size}, the pictures are ${seen}`);
  const [over = 0, under = 1] = (video?.avg_frame_rate ?? '').split('/').map(Number);
  const rate = told.frameRate ?? Number.NaN;
  if (video && !(Math.abs(rate - over / under) <= rate * RATE_TOLERANCE))
    faults.push(`FRAME-RATE is ${rate}, ffprobe sees ${video.avg_frame_rate}`);
  const complaints = await complaintsOf(bytes);
  if (complaints) faults.push(`ffmpeg says: ${complaints}`);
  return faults;
}

function codecFaults(codecs: string, video: Stream | undefined, audio: Stream | undefined): string[] {
  const faults: string[] = [];
  const avc = /avc1\.(\w\w)(\w\w)(\w\w)/
    .exec(codecs)
    ?.slice(1)
    .map((hex) => Number.parseInt(hex, 16));
  const isSame = avc?.[0] === PROFILES[video?.profile ?? ''] && avc?.[2] === video?.level;
  if (video && (video.codec_name !== 'h264' || !isSame))
    faults.push(`CODECS is ${codecs}, the pictures are ${video.codec_name} ${video.profile} ${video.level}`);
  if (audio && (audio.codec_name !== 'aac' || !codecs.includes('mp4a.40.2')))
    faults.push(`CODECS is ${codecs}, the sound is ${audio.codec_name}`);
  if ((codecs.includes('avc1') && !video) || (codecs.includes('mp4a') && !audio))
    faults.push(`CODECS is ${codecs}, but ffprobe sees less`);
  return faults;
}

/** All that ffmpeg prints while it decodes a transport stream; empty when nothing is wrong. */
export async function complaintsOf(bytes: Buffer): Promise<string> {
  // Times as they are: a rate that was guessed from the beginning would not do for what comes later.
  const times = ['-fps_mode', 'passthrough', '-enc_time_base:v', '1:90000'];
  const args = ['-nostdin', '-v', 'warning', '-i', clipFile(bytes), ...times, '-f', 'null', '-'];
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await once(child, 'close');
  return said.trim().slice(0, 800);
}
