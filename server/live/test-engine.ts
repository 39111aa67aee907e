import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { within } from '../../tests/support/lag.ts';
import { parseAddressRules } from '../core/address-rules.ts';
import { systemClock } from '../core/clock.ts';
import { isAppError } from '../core/errors.ts';
import { Events, type ServerEvents } from '../core/events.ts';
import { silentLog } from '../core/log.ts';
import { createMetrics, type Metrics } from '../core/metrics.ts';
import { createSupervisor, type Supervisor } from '../media/ffmpeg/supervisor.ts';
import { createNet, type Net } from '../net/net.ts';
import { Slots } from '../net/slots.ts';
import { createLive, type Live, type LiveChannel, type LiveSource } from './index.ts';

export type TestEngine = {
  live: Live;
  origin: string;
  folder: string;
  net: Net;
  supervisor: Supervisor;
  metrics: Metrics;
  states: string[];
  switches: ServerEvents['stream.switched'][];
  failures: ServerEvents['stream.source-failed'][];
  channel(sources: string[], options?: Partial<LiveChannel>): LiveChannel;
  /** Resolves when the channel comes into a state. */
  reaches(state: string): Promise<void>;
  close(): Promise<void>;
};

const source = (url: string, index: number): LiveSource => ({
  id: `source-${index}`,
  kind: url === 'generator:' ? 'generator' : 'url',
  url,
  headers: {},
  label: `source ${index + 1}`,
  account: null,
});

/** The live engine behind a real HTTP server, with its real network engine; it may reach these ports of 127.0.0.1. */
export async function startEngine(sourcePorts: readonly number[]): Promise<TestEngine> {
  const folder = mkdtempSync(path.join(tmpdir(), 'siaran-live-'));
  const events = new Events();
  const rules = sourcePorts.map((port) => `127.0.0.1/32:${port}`).join(',');
  const net = createNet({ allow: parseAddressRules(rules) ?? [] });
  const supervisor = createSupervisor({
    ffmpegPath: 'ffmpeg',
    ffprobePath: 'ffprobe',
    runDir: path.join(folder, 'run'),
  });
  const metrics = createMetrics();
  const channels = new Map<string, LiveChannel>();
  const live = createLive({
    findChannel: async (id) => channels.get(id) ?? null,
    net,
    slots: new Slots(),
    ffmpeg: supervisor,
    log: silentLog(),
    events,
    clock: systemClock,
    metrics,
    tempDir: (id) => path.join(folder, 'temp', id),
    maxHeight: () => 1080,
    encoderLimit: () => 0,
  });
  const states: string[] = [];
  const switches: TestEngine['switches'] = [];
  const failures: TestEngine['failures'] = [];
  const waiting = new Map<string, () => void>();
  events.on('stream.state', ({ to }) => {
    states.push(to);
    waiting.get(to)?.();
  });
  events.on('stream.switched', (event) => switches.push(event));
  events.on('stream.source-failed', (event) => failures.push(event));
  const server = http.createServer((req, res) => void answer(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  async function answer(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', 'http://x');
    const [, id = '', kind, name = ''] = url.pathname.split('/');
    const channel = channels.get(id)!;
    const viewerId = url.searchParams.get('v');
    const only = url.searchParams.get('quality');
    try {
      if (kind !== 'hls') await live.serveTs(channel, req, res);
      else if (name === '')
        res.end(await live.master(channel, { viewerId: viewerId ?? `viewer-${states.length}`, only }));
      else if (name.endsWith('.m3u8')) res.end(await live.media(channel, name.slice(0, -5), { viewerId }));
      else {
        const bytes = await live.segment(id, name);
        res.writeHead(bytes ? 200 : 404).end(bytes);
      }
    } catch (error) {
      if (!isAppError(error)) throw error;
      const retry = error.retryAfterSeconds;
      res.writeHead(error.status, retry ? { 'Retry-After': String(retry) } : {});
      res.end(`${error.code} ${error.message}`);
    }
  }

  return {
    live,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    folder,
    net,
    supervisor,
    metrics,
    states,
    switches,
    failures,
    channel: (urls, options = {}) => {
      const id = `channel-${channels.size + 1}`;
      const sources = urls.map(source);
      const defaults = {
        outputPath: id,
        name: id,
        idleTimeoutMs: 30_000,
        segmentDurationS: 2,
        ringBytes: 2 ** 21,
      };
      const channel: LiveChannel = { id, num: channels.size + 1, sources, ...defaults, ...options };
      channels.set(id, channel);
      return channel;
    },
    reaches: async (state) => {
      if (states.includes(state)) return;
      const reached = new Promise<void>((resolve) => waiting.set(state, resolve));
      await within(LONGEST_WAIT_MS, reached, () => ({ wanted: state, states, failures }));
    },
    close: async () => {
      await live.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await supervisor.close();
      await net.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Shorter than the limit of a test, so that the error can say what was seen instead. */
const LONGEST_WAIT_MS = 25_000;

/** A viewer of a transport stream who keeps what it gets. */
export type Viewer = {
  status: number;
  firstByteMs: number;
  received(): number;
  bytes(): Buffer;
  /** Resolves when so many bytes have come. */
  until(sizeBytes: number): Promise<void>;
  ended: Promise<void>;
  pause(): void;
  resume(): void;
  leave(): void;
};

export function watch(url: string): Promise<Viewer> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const req = http.get(url, { agent: false }, (res) => {
      const chunks: Buffer[] = [];
      let size = 0;
      let wanted: { sizeBytes: number; done: () => void } | null = null;
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      res.on('error', () => undefined);
      res.on('close', () => {
        end();
        wanted?.done();
      });
      const viewer: Viewer = {
        status: res.statusCode ?? 0,
        firstByteMs: 0,
        received: () => size,
        bytes: () => Buffer.concat(chunks),
        until: async (sizeBytes) => {
          if (size >= sizeBytes) return;
          const come = new Promise<void>((done) => (wanted = { sizeBytes, done }));
          const seen = () => ({
            url,
            status: res.statusCode,
            wanted: sizeBytes,
            received: size,
            ended: res.closed,
          });
          await within(LONGEST_WAIT_MS, come, seen);
        },
        ended,
        pause: () => res.pause(),
        resume: () => res.resume(),
        leave: () => req.destroy(),
      };
      res.on('data', (chunk: Buffer) => {
        if (size === 0) viewer.firstByteMs = performance.now() - begun;
        chunks.push(chunk);
        size += chunk.length;
        if (wanted && size >= wanted.sizeBytes) wanted.done();
      });
      resolve(viewer);
    });
    req.on('error', reject);
  });
}

export async function text(url: string): Promise<{ status: number; text: string; headers: Headers }> {
  const answer = await fetch(url);
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}
