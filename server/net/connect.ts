import net from 'node:net';
import tls from 'node:tls';
import type { buildConnector } from 'undici';
import type { AddressRule } from '../core/address-rules.ts';
import type { AttemptLog } from './attempts.ts';
import { attemptResult, failure, toFailure } from './failure.ts';
import { type NeverReach, refusalOf } from './guard.ts';
import { type Address, parseAddress } from './ranges.ts';

/** Resolves a name to every address it has; `dns.promises.lookup` with `all`, or a stub in tests. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

export type ConnectorOptions = {
  readonly lookup: Lookup;
  readonly rules: readonly AddressRule[];
  readonly never: NeverReach;
  readonly log: AttemptLog;
  readonly now: () => number;
  readonly connectTimeoutMs: number;
};

/** Where to connect. `alpn` names the protocol that is agreed on in TLS, if any. */
export type Target = {
  host: string;
  port: number;
  secure: boolean;
  servername: string | undefined;
  alpn?: string;
};

/** Sees every socket from the moment when it begins to connect. */
export type WatchSocket = (socket: net.Socket) => void;

export type Dialer = ReturnType<typeof createDialer>;

/**
 * The one way out: resolve once, check every address, connect to exactly the checked ones in order.
 * One refused address refuses the whole name, so a name cannot hide a private address among public ones.
 */
export function createDialer(options: ConnectorOptions) {
  const sessions = new SessionCache(200);
  return {
    /** Connects to the first checked address that answers. */
    dial: (target: Target, watch?: WatchSocket): Promise<net.Socket> =>
      open(target, options, sessions, watch),
    /** The checked addresses alone, for a peer that is not reached by TCP. */
    resolve: (target: Target): Promise<Address[]> => checkedAddresses(target, options),
  };
}

/** The dialer in the form that undici's pool wants. */
export function createConnector(dialer: Dialer, watch?: WatchSocket): buildConnector.connector {
  return (request, callback) => {
    const secure = request.protocol === 'https:';
    const host = stripBrackets(request.hostname);
    const target: Target = {
      host,
      port: Number(request.port) || (secure ? 443 : 80),
      secure,
      servername: net.isIP(host) ? undefined : request.servername || host,
      alpn: 'http/1.1',
    };
    dialer.dial(target, watch).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(toFailure(error, host), null),
    );
  };
}

async function open(
  target: Target,
  options: ConnectorOptions,
  sessions: SessionCache,
  watch?: WatchSocket,
): Promise<net.Socket> {
  const addresses = await checkedAddresses(target, options);
  let last: unknown = new Error('no address');
  for (const address of addresses) {
    const line = { host: target.host, address: address.toString(), port: target.port };
    try {
      const socket = await connectOnce(target, address, options.connectTimeoutMs, sessions, watch);
      options.log.add({ ...line, at: options.now(), result: 'connected' });
      return socket;
    } catch (error) {
      options.log.add({ ...line, at: options.now(), result: attemptResult(error) });
      last = error;
    }
  }
  throw last;
}

async function checkedAddresses(target: Target, options: ConnectorOptions): Promise<Address[]> {
  const addresses = await resolve(target.host, options);
  const services = await serviceAddresses(target, options);
  for (const address of addresses) {
    const refusal = refusalOf(address, target.port, options.rules, options.never, services);
    if (!refusal) continue;
    const line = { host: target.host, address: address.toString(), port: target.port };
    options.log.add({ ...line, at: options.now(), result: 'blocked' });
    throw failure('ADDRESS_BLOCKED', target.host, refusal.reason);
  }
  return addresses;
}

async function resolve(host: string, options: ConnectorOptions): Promise<Address[]> {
  const literal = parseAddress(host);
  if (literal) return [literal];
  let texts: readonly string[];
  try {
    texts = await options.lookup(host);
  } catch (error) {
    options.log.add({ host, address: '', port: 0, at: options.now(), result: 'dns' });
    throw failure('ADDRESS_UNRESOLVED', host, 'its name could not be found', error);
  }
  const addresses = texts.map(parseAddress);
  if (addresses.length === 0 || addresses.includes(null)) {
    throw failure('ADDRESS_UNRESOLVED', host, 'its name has no usable address');
  }
  return addresses.filter((address) => address !== null);
}

/** Addresses of our own services on the port in question; they are resolved only when the port fits. */
async function serviceAddresses(target: Target, options: ConnectorOptions): Promise<Set<string>> {
  const found = new Set<string>();
  for (const service of options.never.services()) {
    if (service.port !== target.port) continue;
    const literal = parseAddress(service.host);
    const texts = literal ? [service.host] : await options.lookup(service.host).catch(() => []);
    for (const text of texts) {
      const address = parseAddress(text);
      if (address) found.add(address.toString());
    }
  }
  return found;
}

function connectOnce(
  target: Target,
  address: Address,
  timeoutMs: number,
  sessions: SessionCache,
  watch?: WatchSocket,
): Promise<net.Socket> {
  const host = address.toString();
  const tcp: net.TcpNetConnectOpts & { highWaterMark: number } = {
    host,
    port: target.port,
    highWaterMark: 65_536,
  };
  const { promise, resolve, reject } = Promise.withResolvers<net.Socket>();
  const socket = target.secure
    ? tls.connect({
        host,
        port: target.port,
        servername: target.servername,
        session: sessions.get(target),
        ...(target.alpn && { ALPNProtocols: [target.alpn] }),
        // Without a server name (IP literal) Node checks the certificate against the address itself.
        checkServerIdentity: (_name, cert) => tls.checkServerIdentity(target.servername ?? host, cert),
      })
    : net.connect(tcp);
  if (socket instanceof tls.TLSSocket) socket.on('session', (session) => sessions.set(target, session));
  watch?.(socket);
  socket.setNoDelay(true).setKeepAlive(true, 60_000);
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' }));
  }, timeoutMs);
  const done = () => {
    clearTimeout(timer);
    socket.off('error', failed).off('close', closed);
    resolve(socket);
  };
  const failed = (error: Error) => {
    clearTimeout(timer);
    reject(error);
  };
  const closed = () => failed(new Error('it was closed while it connected'));
  socket
    .once(target.secure ? 'secureConnect' : 'connect', done)
    .once('error', failed)
    .once('close', closed);
  return promise;
}

export const stripBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

/** TLS session tickets per server name, oldest dropped first, so that segment fetches resume quickly. */
class SessionCache {
  #sessions = new Map<string, Buffer>();
  #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(target: Target): Buffer | undefined {
    return this.#sessions.get(`${target.servername ?? target.host}:${target.port}`);
  }

  set(target: Target, session: Buffer): void {
    const key = `${target.servername ?? target.host}:${target.port}`;
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    const oldest = this.#sessions.keys().next().value;
    if (this.#sessions.size > this.#capacity && oldest !== undefined) this.#sessions.delete(oldest);
  }
}
