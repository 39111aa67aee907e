import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { TsDemuxer } from '../media/ts/demuxer.ts';
import { PACKET_BYTES } from '../media/ts/packet.ts';

/** A clip cut into pieces with the time at which each is due. */
export type PacedClip = { bytes: Buffer; marks: { atMs: number; offset: number }[] };

/** Finds when each picture of a clip is due. */
export function pace(bytes: Buffer): PacedClip {
  const marks: PacedClip['marks'] = [];
  let offset = 0;
  let first: number | null = null;
  const demuxer = new TsDemuxer({
    onUnit: (unit) => {
      if (unit.kind !== 'video') return;
      first ??= unit.dts;
      marks.push({ atMs: (unit.dts - first) / 90, offset });
    },
  });
  for (; offset < bytes.length; offset += PACKET_BYTES)
    demuxer.push(bytes.subarray(offset, offset + PACKET_BYTES));
  return { bytes, marks };
}

export type SourceServer = {
  port: number;
  origin: string;
  /** Connections open now, at most, and in all. */
  open(): number;
  peak(): number;
  /** Connections below, kept ones too. */
  sockets(): number;
  requests: string[];
  /** Ends every answer that runs. */
  cut(): void;
  close(): Promise<void>;
};

export type Handler = (req: http.IncomingMessage, res: http.ServerResponse) => void;

/** A real HTTP server on 127.0.0.1 that plays the part of a provider. */
export async function startSource(routes: Record<string, Handler>): Promise<SourceServer> {
  const running = new Set<http.ServerResponse>();
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let peak = 0;
  const server = http.createServer((req, res) => {
    requests.push(req.url ?? '');
    running.add(res);
    peak = Math.max(peak, running.size);
    res.on('close', () => running.delete(res));
    const handler = routes[new URL(req.url ?? '/', 'http://x').pathname];
    if (handler) handler(req, res);
    else res.writeHead(404).end();
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    open: () => running.size,
    peak: () => peak,
    sockets: () => sockets.size,
    requests,
    cut: () => {
      for (const res of running) res.destroy();
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Sends a clip in real time, beginning `skipMs` into it at line rate, again and again until the client leaves. */
export function playing(clip: PacedClip, options: { skipMs?: number; once?: boolean } = {}): Handler {
  return (_req, res) => {
    res.writeHead(200, { 'Content-Type': 'video/mp2t' });
    const lengthMs = clip.marks.at(-1)!.atMs + 40;
    let begun = performance.now() - (options.skipMs ?? 0);
    let sent = 0;
    const timer = setInterval(() => {
      let nowMs = performance.now() - begun;
      if (nowMs > lengthMs) {
        res.write(clip.bytes.subarray(sent));
        if (options.once) {
          clearInterval(timer);
          res.end();
          return;
        }
        begun += lengthMs;
        nowMs -= lengthMs;
        sent = 0;
      }
      const due = clip.marks.findLast((mark) => mark.atMs <= nowMs)?.offset ?? 0;
      if (due > sent) res.write(clip.bytes.subarray(sent, due));
      sent = Math.max(sent, due);
    }, 20);
    res.on('close', () => clearInterval(timer));
  };
}
