import { promises as dns } from 'node:dns';
import type { AddressRule } from '../core/address-rules.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { type Attempt, AttemptLog } from './attempts.ts';
import { type ConnectorOptions, createDialer, type Lookup } from './connect.ts';
import { Engine, type NetRequest, type NetResponse } from './engine.ts';
import type { NeverReach } from './guard.ts';
import { type CheckedPeer, type Peer, resolvePeer } from './peer.ts';
import { type NetSession, openSession } from './session.ts';
import { type NetText, readText } from './text.ts';
import { openTunnel, type Tunnel, type TunnelRequest } from './tunnel.ts';

export type { Attempt } from './attempts.ts';
export type { NetRequest, NetResponse } from './engine.ts';
export type { Peer } from './peer.ts';
export type { Tunnel } from './tunnel.ts';

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
  /** Opens a pool of its own with at most one socket for each origin; whoever opens it closes it. */
  session(): NetSession;
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
  const userAgent = options.userAgent ?? 'Siaran';
  const engine = new Engine({ dialer, userAgent });
  const sessions = new Set<NetSession>();
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
    session: () => openSession({ dialer, userAgent, sessions }),
    attempts: () => log.list(),
    close: async () => {
      for (const session of [...sessions]) session.close();
      for (const tunnel of tunnels) tunnel.close();
      await engine.close();
    },
  };
}

const systemLookup: Lookup = async (hostname) => {
  const found = await dns.lookup(hostname, { all: true, verbatim: true });
  return found.map((entry) => entry.address);
};
