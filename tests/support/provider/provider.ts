import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Counts } from './counts.ts';
import { type Fault, type FaultKind, isOf, wallMs } from './faults.ts';
import { beginPlaylistFault, sendPlaylist, sendSegment } from './hls.ts';
import { Playback, type StartAt } from './playback.ts';
import { refuse } from './refusals.ts';
import { ProviderStream } from './stream.ts';

type Account = { limit: number; whenFull: 'refuse' | 'kick' };
type LogLine = { atMs: number; stream: string; what: string };

const TICK_MS = 20;
const TOKEN_TTL_MS = 10_000;
const ROUTE = /^\/(live|hls)\/([\w-]+)\/([\w.]+?)(?:-(\d+))?\.(ts|m3u8)$/;

/**
 * A provider of channels as one meets them: a real HTTP server on 127.0.0.1 with endless transport streams
 * (`/live/{account}/{stream}.ts`) and HLS (`/hls/{account}/{stream}.m3u8`). Each stream can be switched into each fault
 * while connections are open, and every connection is counted.
 */
export class Provider {
  readonly #server: http.Server;
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Map<string, ProviderStream>();
  readonly #accounts = new Map<string, Account>();
  readonly #playing = new Map<Playback, { account: string; leave(): void }>();
  readonly #timer: NodeJS.Timeout;
  readonly #closed = new AbortController();
  readonly counts = new Counts();
  /** Every request, and every fault, with its time. */
  readonly log: LogLine[] = [];
  startAt: StartAt = 'keyframe';
  port = 0;

  constructor() {
    this.#server = http.createServer((req, res) => void this.#answer(req, res));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#timer = setInterval(() => {
      for (const playback of this.#playing.keys()) playback.tick();
    }, TICK_MS);
  }

  static async start(): Promise<Provider> {
    const provider = new Provider();
    await provider.#listen(0);
    return provider;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** TCP connections that are open now. */
  get sockets(): number {
    return this.#sockets.size;
  }

  /** The address of a stream; its name begins with that of a clip (`a`, `b.7`, `small.news`). */
  ts(stream: string, account = 'anyone'): string {
    this.stream(stream);
    return `${this.origin}/live/${account}/${stream}.ts`;
  }

  hls(stream: string, account = 'anyone'): string {
    this.stream(stream);
    return `${this.origin}/hls/${account}/${stream}.m3u8`;
  }

  stream(name: string): ProviderStream {
    const stream = this.#streams.get(name) ?? new ProviderStream(name);
    this.#streams.set(name, stream);
    return stream;
  }

  /** How many connections an account may have, and what happens to one more. */
  limit(account: string, limit: number, whenFull: Account['whenFull'] = 'refuse'): void {
    this.#accounts.set(account, { limit, whenFull });
  }

  /** Switches a stream into a fault, also where connections are open, or back; answers the time of it. */
  set(name: string, fault: Fault | FaultKind | null): number {
    const stream = this.stream(name);
    stream.fault = typeof fault === 'string' ? { kind: fault } : fault;
    this.log.push({ atMs: stream.faultAtMs, stream: name, what: `fault ${stream.fault?.kind ?? 'none'}` });
    if (isOf('playlist', stream.fault)) beginPlaylistFault(stream);
    if (isOf('request', stream.fault)) this.#reset(name);
    if (isOf('cut', stream.fault)) for (const playback of this.#playing.keys()) playback.tick();
    return stream.faultAtMs;
  }

  /** Nobody listens any more: connections are reset, new ones refused. */
  async refuse(): Promise<number> {
    const atMs = wallMs();
    this.log.push({ atMs, stream: '*', what: 'refuse' });
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await new Promise<void>((done) => this.#server.close(() => done()));
    return atMs;
  }

  /** Listens again, at the same port. */
  async accept(): Promise<void> {
    if (!this.#server.listening) await this.#listen(this.port);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closed.abort();
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((done) => this.#server.close(() => done()));
  }

  async #listen(port: number): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(port, '127.0.0.1', done));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** A fault of the answer's head also ends what is being played. */
  #reset(name: string): void {
    for (const { stream, response } of this.#playing.keys())
      if (stream.name === name) response.socket?.resetAndDestroy();
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', 'http://x');
    const [, kind, account = '', name = '', number] = ROUTE.exec(url.pathname) ?? [];
    const stream = this.#streams.get(name);
    if (!kind || !stream) {
      res.writeHead(404).end();
      return;
    }
    this.log.push({ atMs: wallMs(), stream: name, what: `${req.method} ${req.url}` });
    if (!this.#admit(account, name)) {
      res.writeHead(403).end('too many connections');
      return;
    }
    const leave = this.counts.enter([name, `account ${account}`, '*']);
    // The end of the other side counts, not when our own side has noticed all of it.
    req.socket.once('end', leave);
    for (const event of ['close', 'finish'])
      res.once(event, () => {
        req.socket.off('end', leave);
        leave();
      });
    try {
      if (isOf('request', stream.fault) && (await refuse(stream.fault, req, res, this.#closed.signal)))
        return;
      if (kind === 'live') this.#play(stream, account, res, leave);
      else this.#answerHls(stream, number, url, res);
    } catch (error) {
      res.destroy(error as Error);
    }
  }

  #admit(account: string, stream: string): boolean {
    const rule = this.#accounts.get(account);
    if (!rule || this.counts.of(`account ${account}`).open < rule.limit) return true;
    const oldest = [...this.#playing].find(([, about]) => about.account === account);
    if (rule.whenFull === 'kick' && oldest) {
      oldest[1].leave();
      oldest[0].response.destroy();
      return true;
    }
    this.counts.of(`account ${account}`).refused++;
    this.counts.of(stream).refused++;
    return false;
  }

  #play(stream: ProviderStream, account: string, res: ServerResponse, leave: () => void): void {
    const playback = new Playback(stream, res, this.startAt);
    this.#playing.set(playback, { account, leave });
    res.once('close', () => this.#playing.delete(playback));
    playback.tick();
  }

  #answerHls(stream: ProviderStream, number: string | undefined, url: URL, res: ServerResponse): void {
    const signed = stream.fault?.kind === 'token';
    const token = signed ? url.searchParams.get('token') : null;
    const ttlMs = stream.fault?.ttlMs ?? TOKEN_TTL_MS;
    if (token !== null && wallMs() - Number(token) > ttlMs) res.writeHead(403).end('expired');
    else if (number !== undefined) sendSegment(stream, Number(number), res);
    else if (!signed || token !== null) sendPlaylist(stream, res, signed ? `?token=${token}` : '');
    else res.writeHead(302, { Location: `${url.pathname}?token=${wallMs()}` }).end();
  }
}
