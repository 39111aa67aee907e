import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import type { RtspServer } from '../../server/live/test-rtsp.ts';
import type { Provider } from '../../tests/support/provider/provider.ts';
import { until } from '../../tests/support/until.ts';
import type { FolderServer } from './folder.ts';
import { HLS_KINDS, type HlsKind, type Sender, send, sendHls } from './sender.ts';

export type Ground = {
  provider: Provider;
  /** What `folder` holds is served here. */
  files: FolderServer;
  folder: string;
  rtsp: RtspServer;
  /** A port of 127.0.0.1 that nobody listens on, for each kind of source. */
  ports: Record<Port, number>;
};
type Port = (typeof PORTS)[number];
export const PORTS = ['rtmp', 'srt', 'udp'] as const;

/** One kind of source: a row of the matrix. */
export type SourceRow = {
  name: string;
  /** Watched for longer than the others. */
  long?: true;
  /** It has no sound. */
  silent?: true;
  /** Makes the source play; `sender` is stopped after its row. */
  start(ground: Ground): Promise<{ url: string; sender: Sender | null }>;
};

const fromProvider = (clip: string) => async (ground: Ground) => ({
  url: ground.provider.ts(clip),
  sender: null,
});

const hlsOf = (kind: HlsKind) => async (ground: Ground) => {
  const sender = sendHls(ground.folder, kind);
  const { list } = HLS_KINDS[kind];
  const file = path.join(ground.folder, kind, list);
  // A live list of a channel that has been running for a while: three segments.
  const isThere = () => {
    const media = kind === 'audio' ? path.join(ground.folder, kind, 'live-1.m3u8') : file;
    return [file, media].every(existsSync) && readFileSync(media, 'utf8').split('#EXTINF').length > 3;
  };
  await until(`the list of ${kind} is there`, isThere);
  return { url: `${ground.files.origin}/${kind}/${list}`, sender };
};

/** Rows stand in the order they are played. */
export const SOURCES: readonly SourceRow[] = [
  { name: 'http-ts: H.264 + AAC', long: true, start: fromProvider('small') },
  { name: 'http-ts: H.264 + MP2', start: fromProvider('mp2') },
  { name: 'http-ts: H.264 + AC-3', start: fromProvider('ac3') },
  { name: 'http-ts: MPEG-2 + MP2', start: fromProvider('mpeg2') },
  { name: 'http-ts: HEVC + AAC', start: fromProvider('hevc') },
  {
    name: 'hls',
    long: true,
    start: async ({ provider }) => ({ url: provider.hls('small'), sender: null }),
  },
  { name: 'hls: AES-128', start: hlsOf('aes') },
  { name: 'hls: fMP4', start: hlsOf('fmp4') },
  { name: 'hls: separate audio', start: hlsOf('audio') },
  { name: 'hls: byte ranges', start: hlsOf('ranges') },
  {
    name: 'rtmp',
    start: async ({ ports }) => {
      const url = `rtmp://127.0.0.1:${ports.rtmp}/live/card`;
      const sender = send(['-f', 'flv', '-listen', '1', url]);
      await until('the RTMP server listens', () => listens(ports.rtmp));
      return { url, sender };
    },
  },
  {
    name: 'rtsp (picture alone)',
    silent: true,
    start: async ({ rtsp }) => ({ url: `rtsp://127.0.0.1:${rtsp.port}/camera`, sender: null }),
  },
  {
    name: 'srt',
    start: async ({ ports }) => ({
      url: `srt://127.0.0.1:${ports.srt}?mode=caller&latency=120`,
      sender: send(['-f', 'mpegts', `srt://127.0.0.1:${ports.srt}?mode=listener`]),
    }),
  },
  {
    name: 'udp',
    start: async ({ ports }) => ({
      url: `udp://@127.0.0.1:${ports.udp}`,
      sender: send(['-f', 'mpegts', `udp://127.0.0.1:${ports.udp}?pkt_size=1316`]),
    }),
  },
];

/** Linux says who listens; a try would be the one connection that ffmpeg takes. */
function listens(port: number): boolean {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`;
  return readFileSync('/proc/net/tcp', 'utf8').includes(wanted);
}

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
