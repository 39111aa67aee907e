import type { Socket } from 'node:net';
import type { Dialer } from './connect.ts';
import { Engine, type NetRequest, type NetResponse } from './engine.ts';

/** A pool of its own for one reader of one source, so that its sockets can go at once and alone. */
export type NetSession = {
  fetch(url: string, request?: NetRequest): Promise<NetResponse>;
  /** Destroys every socket in this very tick, also those that are kept for later or still connect. */
  close(): void;
};

type Options = {
  dialer: Dialer;
  userAgent: string;
  /** The open ones; they are ended with the engine. */
  sessions: Set<NetSession>;
};

/** Opens a session: the same checks as everywhere, one socket for each origin. */
export function openSession({ dialer, userAgent, sessions }: Options): NetSession {
  const sockets = new Set<Socket>();
  let closed = false;
  const watch = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (closed) socket.destroy();
  };
  const engine = new Engine({ dialer, userAgent, watch, connections: 1 });
  const session: NetSession = {
    fetch: (url, request) => engine.fetch(url, request),
    close: () => {
      if (closed) return;
      closed = true;
      sessions.delete(session);
      // Requests that still wait are told by their own signal or by the destroyed pool.
      engine.close().catch(() => undefined);
      for (const socket of sockets) socket.destroy();
    },
  };
  sessions.add(session);
  return session;
}
