import { once } from 'node:events';
import net from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { type Dialer, stripBrackets } from './connect.ts';
import { toFailure } from './failure.ts';

export type TunnelRequest = {
  readonly host: string;
  readonly port: number;
  /** TLS with a checked certificate; the local end is plain. */
  readonly secure: boolean;
  readonly signal: AbortSignal;
  /** Stands in the way from the far end to the program; an error of it closes the tunnel. */
  readonly replies?: Duplex;
};

/** A connection to a checked address, lent to one local program by a port of 127.0.0.1. */
export type Tunnel = {
  readonly port: number;
  /** True once the far end has said something. */
  heard(): boolean;
  /** Resolves when nothing is open any more. */
  readonly closed: Promise<void>;
  close(): void;
};

/** The program is started right after the tunnel; one that never comes must not hold a provider's connection. */
const UNUSED_MS = 10_000;

/**
 * Connects like any request does (name resolved once, every address checked, 1 s each, certificate checked, attempts
 * logged), then takes exactly one local connection and passes bytes both ways. So the program neither resolves nor
 * chooses where it connects to. Throws the errors of a connection.
 */
export async function openTunnel(request: TunnelRequest, dialer: Dialer): Promise<Tunnel> {
  const host = stripBrackets(request.host);
  const servername = net.isIP(host) ? undefined : host;
  let far: net.Socket;
  try {
    far = await dialer.dial({ host, port: request.port, secure: request.secure, servername });
  } catch (error) {
    throw toFailure(error, host);
  }
  // Its end is seen by the program, or by nobody when there is none yet.
  far.on('error', () => undefined);
  if (request.signal.aborted) far.destroy();
  request.signal.throwIfAborted();
  return await lend(far, request);
}

async function lend(far: net.Socket, { signal, replies }: TunnelRequest): Promise<Tunnel> {
  const { promise: closed, resolve: end } = Promise.withResolvers<void>();
  const server = net.createServer({ allowHalfOpen: true });
  let near: net.Socket | null = null;
  const close = () => {
    clearTimeout(unused);
    signal.removeEventListener('abort', close);
    server.close();
    near?.destroy();
    far.destroy();
    end();
  };
  const unused = setTimeout(close, UNUSED_MS);
  signal.addEventListener('abort', close, { once: true });
  server.maxConnections = 1;
  server.once('connection', (socket) => {
    clearTimeout(unused);
    near = socket;
    server.close();
    pipeline(socket, far, () => undefined);
    const back: [net.Socket, ...(net.Socket | Duplex)[]] = replies ? [far, replies, socket] : [far, socket];
    pipeline(back, close);
  });
  server.on('error', close);
  await once(server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }), 'listening');
  const address = server.address() as net.AddressInfo;
  return { port: address.port, heard: () => far.bytesRead > 0, closed, close };
}
