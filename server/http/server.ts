import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import net, { type Socket } from 'node:net';
import { AppError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { isAllowedHost } from './request.ts';
import { baseHeaders, sendError } from './respond.ts';

/** Answers a request, or says that it is somebody else's. */
export type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<boolean> | boolean;

/** A crowd that comes at once waits here; whoever finds it full tries again only after seconds (the kernel caps it). */
const WAITING_CONNECTIONS = 4096;

type Options = { log: Log; publicUrl: string | null; handlers: readonly Handler[] };

export type HttpServer = {
  /** Listens; answers the port (asked for with 0, the system chooses). */
  listen(port: number, host: string): Promise<number>;
  /** Stops accepting, waits `drainMs` for running answers, then ends every connection. */
  close(drainMs: number): Promise<void>;
  /** Open connections now. */
  connections(): number;
};

/** The one listener: hot paths first, pages last (architecture.md §1); each handler takes a request or passes it on. */
export function createHttpServer({ log, publicUrl, handlers }: Options): HttpServer {
  /** The answers that are not out yet, by connection. */
  const sockets = new Map<Socket, Set<ServerResponse>>();
  let closing = false;
  const server = http.createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: 30_000,
      requestTimeout: 0,
      keepAliveTimeout: 15_000,
      noDelay: true,
    },
    (req, res) => {
      void dispatch(req, res);
    },
  );
  server.on('connection', (socket) => {
    sockets.set(socket, new Set());
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const begun = [...(sockets.get(socket as Socket) ?? [])].some((res) => res.headersSent);
    if (error.code === 'ECONNRESET' || !socket.writable || begun) return void socket.destroy();
    const status =
      error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });

  function track(socket: Socket, res: ServerResponse): void {
    const answers = sockets.get(socket);
    answers?.add(res);
    if (closing) res.setHeader('Connection', 'close');
    res.on('close', () => {
      answers?.delete(res);
      if (closing && answers?.size === 0) socket.destroySoon();
    });
  }

  async function dispatch(req: IncomingMessage, res: ServerResponse): Promise<void> {
    res.on('error', () => undefined); // a client that leaves in the middle is not an error of ours
    track(req.socket, res);
    try {
      baseHeaders(req, res);
      if (!isAllowedHost(req.headers.host, publicUrl)) throw new AppError('HOST_REFUSED');
      for (const handler of handlers) if (await handler(req, res)) return;
      throw new AppError('NOT_FOUND');
    } catch (error) {
      sendError(req, res, error, { log });
    }
  }

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        const refuse = (error: NodeJS.ErrnoException) => reject(listenError(error, port));
        server.once('error', refuse);
        server.listen({ port, host, backlog: WAITING_CONNECTIONS }, () => {
          server.off('error', refuse);
          const address = server.address();
          resolve(typeof address === 'object' && address !== null ? address.port : port);
        });
      }),
    async close(drainMs) {
      closing = true;
      // Not http's own close: that one takes answers that are written but not yet sent for idle and cuts them off.
      const closed = new Promise<void>((resolve) => net.Server.prototype.close.call(server, () => resolve()));
      for (const [socket, answers] of sockets) if (answers.size === 0) socket.destroy();
      const timer = setTimeout(() => {
        for (const socket of sockets.keys()) socket.destroy();
      }, drainMs);
      await closed;
      clearTimeout(timer);
      server.close(); // ends its timer of header times
    },
    connections: () => [...sockets.keys()].filter((socket) => !socket.destroyed).length,
  };
}

/** Why the port could not be had, with what to do. */
function listenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new Error(`Port ${port} is in use. Set PORT to another one, or stop the program that has it.`, {
      cause: error,
    });
  if (error.code === 'EACCES')
    return new Error(`Port ${port} is not allowed for this user. Set PORT to one above 1023.`, {
      cause: error,
    });
  return error;
}
