import { once } from 'node:events';
import net from 'node:net';
import { pipeline } from 'node:stream/promises';

/** A line to a server that can be cut as a network is, or freeze: then nothing breaks, but nothing arrives any more. */
export type CuttableLine = {
  /** Where the server is reached over the line. */
  base: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Stands still, also for new callers, when so many more bytes have gone to the server. */
  freezeAfter(bytes: number): void;
  isFrozen(): boolean;
  /** New callers get through again; what stood still stays dead. */
  thaw(): void;
  close(): Promise<void>;
};

export async function cuttableLine(port: number): Promise<CuttableLine> {
  const sockets = new Set<net.Socket>();
  let leftBytes = Number.POSITIVE_INFINITY;
  const isFrozen = (): boolean => leftBytes <= 0;
  async function* counted(near: net.Socket): AsyncGenerator<Buffer> {
    for await (const chunk of near) {
      leftBytes -= (chunk as Buffer).length;
      // Never goes on: the bytes are lost on the way, and the caller is not told.
      if (!isFrozen()) yield chunk as Buffer;
      else return void (await new Promise((resolve) => near.once('close', resolve)));
    }
  }
  const keep = (socket: net.Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  };
  const server = net.createServer((near) => {
    const far = net.connect(port, '127.0.0.1');
    keep(near);
    keep(far);
    pipeline(near, counted, far).catch(() => near.destroy());
    pipeline(far, near).catch(() => far.destroy());
  });
  const open = async (at: number): Promise<number> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as net.AddressInfo).port;
  };
  const cut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.resetAndDestroy();
    await closed;
  };
  const own = await open(0);
  return {
    base: `http://127.0.0.1:${own}`,
    cut,
    mend: () => open(own).then(() => undefined),
    freezeAfter: (bytes) => {
      leftBytes = bytes;
    },
    isFrozen,
    thaw: () => {
      leftBytes = Number.POSITIVE_INFINITY;
    },
    close: cut,
  };
}
