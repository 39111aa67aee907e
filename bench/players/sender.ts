import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The other side of a source: it plays until it is told to stop. */
export type Sender = { stop(): Promise<void> };

const PICTURE = ['-re', '-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=f=440:r=48000'];
const H264 = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-tune',
  'zerolatency',
  '-pix_fmt',
  'yuv420p',
  '-g',
  '25',
];
const AAC = ['-c:a', 'aac', '-b:a', '96k', '-ac', '2'];
const AGAIN_MS = 300;

/** ffmpeg encodes a test card with a tone in real time; where a listener has lost its caller, it listens again. */
export function send(output: readonly string[]): Sender {
  let stopped = false;
  let child: ChildProcess;
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    const args = ['-nostdin', '-v', 'error', ...PICTURE, ...SOUND, ...H264, ...AAC, ...output];
    child = spawn('ffmpeg', args, { stdio: ['ignore', 'ignore', 'ignore'] });
    child.once('exit', () => {
      if (!stopped) timer = setTimeout(start, AGAIN_MS);
    });
  };
  start();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

const LIVE_LIST = ['-f', 'hls', '-hls_time', '2', '-hls_list_size', '6'];
const KEY = Buffer.from('a key for the test', 'latin1').subarray(0, 16);

/** The kinds of HLS that ffmpeg writes: what is said to it, and the list to open. */
export const HLS_KINDS = {
  aes: { args: ['-hls_key_info_file', 'key.info'], list: 'live.m3u8' },
  fmp4: { args: ['-hls_segment_type', 'fmp4'], list: 'live.m3u8' },
  /** The whole list: a sliding one of single_file keeps its sequence number, which no reader can follow. */
  ranges: { args: ['-hls_flags', 'single_file', '-hls_list_size', '0'], list: 'live.m3u8' },
  audio: {
    args: ['-map', '0:v', '-map', '1:a', '-master_pl_name', 'master.m3u8'].concat([
      '-var_stream_map',
      'a:0,agroup:sound,default:yes,language:en v:0,agroup:sound',
    ]),
    list: 'master.m3u8',
  },
} as const;
export type HlsKind = keyof typeof HLS_KINDS;

/** Writes live HLS of a kind into a folder of its own below `root`. */
export function sendHls(root: string, kind: HlsKind): Sender {
  const folder = path.join(root, kind);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'live.key'), KEY);
  writeFileSync(path.join(folder, 'key.info'), `live.key\n${path.join(folder, 'live.key')}\n`);
  const args = HLS_KINDS[kind].args.map((arg) => (arg === 'key.info' ? path.join(folder, arg) : arg));
  const name = kind === 'audio' ? 'live-%v.m3u8' : 'live.m3u8';
  return send([...LIVE_LIST, ...args, path.join(folder, name)]);
}
