import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

type Clip = { seconds: number; size?: string; rate?: number; args?: string[] };

/** Makes a small test clip with picture and tone; the file's ending decides the container. */
export async function makeClip(
  file: string,
  { seconds, size = '640x360', rate = 25, args = [] }: Clip,
): Promise<string> {
  await run('ffmpeg', [
    '-y',
    '-nostdin',
    '-loglevel',
    'error',
    '-f',
    'lavfi',
    '-i',
    `testsrc2=size=${size}:rate=${rate}`,
    '-f',
    'lavfi',
    '-i',
    'sine=frequency=440:sample_rate=48000',
    '-t',
    String(seconds),
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    '-g',
    String(rate * 2),
    '-c:a',
    'aac',
    '-ac',
    '2',
    ...args,
    file,
  ]);
  return file;
}

/** A long film in no time: one clip again and again, with its index at the front. */
export async function makeLongFilm(
  file: string,
  { seconds, clip }: { seconds: number; clip: Clip },
): Promise<string> {
  const short = await makeClip(`${file}.clip.mp4`, clip);
  const repeats = ['-stream_loop', String(seconds / clip.seconds - 1), '-i', short];
  await run('ffmpeg', [
    ...['-nostdin', '-v', 'error', ...repeats, '-c', 'copy', '-movflags', '+faststart', file],
  ]);
  return file;
}

export type ProbedStream = {
  codec_name: string;
  codec_type: string;
  width?: number;
  height?: number;
  duration?: string;
};

/** What ffprobe says of a file or an address. */
export async function probe(
  input: string,
): Promise<{ streams: ProbedStream[]; format: { duration?: string; format_name: string } }> {
  const { stdout } = await run('ffprobe', [
    '-v',
    'error',
    '-print_format',
    'json',
    '-show_streams',
    '-show_format',
    input,
  ]);
  return JSON.parse(stdout);
}
