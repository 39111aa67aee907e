import { type ChildProcess, spawn } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export type LiveSource = {
  url: string;
  port: number;
  /** Connections now, and the most there were at once. */
  open(): number;
  peak(): number;
  /** Requests in all. */
  requests(): number;
  /** Ends the connections that are open now; the next request is answered as usual. */
  cut(): void;
  close(): Promise<void>;
};

const ENCODE = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-tune',
  'zerolatency',
  '-pix_fmt',
  'yuv420p',
  '-g',
  '50',
  '-b:v',
  '600k',
  '-c:a',
  'aac',
  '-ac',
  '2',
];

/** A provider of its own: an endless MPEG-TS in real time, made by ffmpeg, with its connections counted. */
export async function startLiveSource(
  options: { size?: string; codecArgs?: string[] } = {},
): Promise<LiveSource> {
  const children = new Set<ChildProcess>();
  let open = 0;
  let peak = 0;
  let requests = 0;
  const server = http.createServer((req, res) => {
    if (!req.url?.startsWith('/live.ts')) return void res.writeHead(404).end('nothing here');
    requests++;
    peak = Math.max(peak, ++open);
    const inputs = [
      '-re',
      '-f',
      'lavfi',
      '-i',
      `testsrc2=size=${options.size ?? '640x360'}:rate=25`,
      '-re',
      '-f',
      'lavfi',
      '-i',
      'sine=frequency=440:sample_rate=48000',
    ];
    const child = spawn(
      'ffmpeg',
      [
        '-nostdin',
        '-loglevel',
        'error',
        ...inputs,
        ...(options.codecArgs ?? ENCODE),
        '-f',
        'mpegts',
        '-flush_packets',
        '1',
        'pipe:1',
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    children.add(child);
    res.writeHead(200, { 'Content-Type': 'video/mp2t' });
    child.stdout.on('data', (chunk: Buffer) => void res.write(chunk));
    child.on('exit', () => {
      children.delete(child);
      res.end();
    });
    res.on('close', () => {
      open--;
      child.kill('SIGKILL');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/live.ts`,
    port,
    open: () => open,
    peak: () => peak,
    requests: () => requests,
    cut() {
      for (const child of children) child.kill('SIGKILL');
    },
    async close() {
      const ended = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      for (const child of children) child.kill('SIGKILL');
      await ended;
    },
  };
}
