import { type ChildProcess, execFile, spawn } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type ClipKind = 'h264' | 'mpeg2';

const CLIP_S = 10;
const NOISE = 'noise=alls=10:allf=t';

/** What is played: H.264 1080p25 with AAC at 6 Mb/s, a keyframe every 2 s; MPEG-2 576i with AC-3 at 4 Mb/s. */
const CODECS: Record<ClipKind, { size: string; args: string[] }> = {
  h264: {
    size: '1920x1080',
    args: [
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-b:v', '6M', '-maxrate', '6M'],
      ...['-bufsize', '6M', '-g', '50', '-sc_threshold', '0', '-bf', '2', '-c:a', 'aac', '-b:a', '128k'],
    ],
  },
  mpeg2: {
    size: '720x576',
    args: [
      ...['-c:v', 'mpeg2video', '-flags', '+ilme+ildct', '-b:v', '4M', '-maxrate', '4M', '-bufsize', '2M'],
      ...['-g', '12', '-bf', '2', '-c:a', 'ac3', '-b:a', '192k'],
    ],
  },
};

/** Makes a clip in a folder; answers its file. */
export async function makeBenchClip(kind: ClipKind, folder: string): Promise<string> {
  const { size, args } = CODECS[kind];
  const shape = kind === 'mpeg2' ? ',setsar=16/11,setfield=tff' : '';
  const file = path.join(folder, `${kind}.ts`);
  await run('ffmpeg', [
    ...[
      '-nostdin',
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      `testsrc2=s=${size}:r=25:d=${CLIP_S},${NOISE}${shape}`,
    ],
    ...['-f', 'lavfi', '-i', `sine=f=440:r=48000:d=${CLIP_S}`, '-ac', '2', ...args, '-f', 'mpegts', file],
  ]);
  return file;
}

/** Plays each clip in real time and without an end to whoever asks for `/KIND.ts`. */
export class ClipSource {
  readonly #server: http.Server;
  readonly #children = new Set<ChildProcess>();
  port = 0;

  constructor(files: Record<ClipKind, string>) {
    this.#server = http.createServer((req, res) => {
      const file = files[path.basename(req.url ?? '', '.ts') as ClipKind];
      const read = ['-nostdin', '-v', 'error', '-re', '-stream_loop', '-1', '-i', file];
      const child = spawn(
        'ffmpeg',
        [...read, '-c', 'copy', '-f', 'mpegts', '-flush_packets', '1', 'pipe:1'],
        {
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      );
      this.#children.add(child);
      child.once('exit', () => this.#children.delete(child));
      res.writeHead(200, { 'Content-Type': 'video/mp2t' });
      child.stdout.on('data', (chunk: Buffer) => void res.write(chunk));
      res.once('close', () => child.kill('SIGKILL'));
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    for (const child of this.#children) child.kill('SIGKILL');
    await new Promise<void>((done) => this.#server.close(() => done()));
  }
}
