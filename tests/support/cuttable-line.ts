import { once } from 'node:events';
import net from 'node:net';
import { pipeline } from 'node:stream/promises';

/** A line to a server that can be cut as a network is: what runs over it breaks, and nobody answers until it is mended. */
export type CuttableLine = {
  /** Where the server is reached over the line. */
  base: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
};

export async function cuttableLine(port: number): Promise<CuttableLine> {
  const sockets = new Set<net.Socket>();
  const keep = (socket: net.Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  };
  const server = net.createServer((near) => {
    const far = net.connect(port, '127.0.0.1');
    keep(near);
    keep(far);
    pipeline(near, far).catch(() => near.destroy());
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
  return { base: `http://127.0.0.1:${own}`, cut, mend: () => open(own).then(() => undefined), close: cut };
}
