import { promises as dns } from 'node:dns';
import type { AddressRule } from '../core/address-rules.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { type Attempt, AttemptLog } from './attempts.ts';
import { readAll } from './body.ts';
import { type ConnectorOptions, createDialer, type Lookup } from './connect.ts';
import { Engine, type NetRequest, type NetResponse } from './engine.ts';
import { failure, toFailure } from './failure.ts';
import type { NeverReach } from './guard.ts';
import { type CheckedPeer, type Peer, resolvePeer } from './peer.ts';
import { openTunnel, type Tunnel, type TunnelRequest } from './tunnel.ts';

export type { Attempt } from './attempts.ts';
export type { NetRequest, NetResponse } from './engine.ts';
export type { Peer } from './peer.ts';
export type { Tunnel } from './tunnel.ts';

export type NetText = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
  readonly text: string;
};

/** The one outbound engine: the only place that opens sockets to other hosts (contracts.md §7). */
export type Net = {
  /** Opens an address; any status is an answer, everything else is an AppError of the catalogue. */
  fetch(url: string, request?: NetRequest): Promise<NetResponse>;
  /** Reads a whole small body as UTF-8 text (2 MB unless told); a status other than 2xx is an error. */
  text(url: string, request?: NetRequest): Promise<NetText>;
  /** Resolves and checks where a program of ours sends or listens by itself (SRT, UDP, RTP). */
  peer(peer: Peer): Promise<CheckedPeer>;
  /** Connects to a TCP or TLS peer and lends the connection to one local program. */
  tunnel(request: TunnelRequest): Promise<Tunnel>;
  /** The latest connection attempts, oldest first: host, address, port, result, time. */
  attempts(): readonly Attempt[];
  close(): Promise<void>;
};

export type NetOptions = {
  readonly allow?: readonly AddressRule[];
  readonly never?: Partial<NeverReach>;
  readonly lookup?: Lookup;
  readonly clock?: Clock;
  readonly connectTimeoutMs?: number;
  readonly userAgent?: string;
  readonly onAttempt?: (attempt: Attempt) => void;
};

const TEXT_MAX_BYTES = 2 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 1000;
const LOG_LINES = 2000;

/** Builds the engine; `close()` ends every socket. */
export function createNet(options: NetOptions = {}): Net {
  const log = new AttemptLog(LOG_LINES, options.onAttempt);
  const clock = options.clock ?? systemClock;
  const connector: ConnectorOptions = {
    lookup: options.lookup ?? systemLookup,
    rules: options.allow ?? [],
    never: { ownPorts: () => [], services: () => [], ...options.never },
    log,
    now: () => clock.now(),
    connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
  };
  const dialer = createDialer(connector);
  const engine = new Engine(dialer, options.userAgent ?? 'Siaran');
  const tunnels = new Set<Tunnel>();
  return {
    fetch: (url, request) => engine.fetch(url, request),
    text: (url, request) => readText(engine, url, request),
    peer: (peer) => resolvePeer(peer, dialer, connector),
    tunnel: async (request) => {
      const tunnel = await openTunnel(request, dialer);
      tunnels.add(tunnel);
      void tunnel.closed.then(() => tunnels.delete(tunnel));
      return tunnel;
    },
    attempts: () => log.list(),
    close: async () => {
      for (const tunnel of tunnels) tunnel.close();
      await engine.close();
    },
  };
}

async function readText(engine: Engine, url: string, request: NetRequest = {}): Promise<NetText> {
  const response = await engine.fetch(url, { maxBytes: TEXT_MAX_BYTES, ...request });
  const host = new URL(response.url).hostname;
  if (response.status < 200 || response.status > 299) {
    response.body.destroy();
    throw failure('UPSTREAM_STATUS', host, `it answered with status ${response.status}`);
  }
  try {
    const text = (await readAll(response.body)).toString('utf8');
    return { status: response.status, headers: response.headers, url: response.url, text };
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    throw toFailure(error, host);
  }
}

const systemLookup: Lookup = async (hostname) => {
  const found = await dns.lookup(hostname, { all: true, verbatim: true });
  return found.map((entry) => entry.address);
};
