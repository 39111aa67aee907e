import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real HTTP server on 127.0.0.1 for tests of this folder: counts connections and requests. */
export type TestServer = {
  readonly port: number;
  readonly origin: string;
  readonly connections: () => number;
  readonly requests: readonly http.IncomingMessage[];
  close(): Promise<void>;
};

/** Starts it on a port of the OS's choice. */
export async function startTestServer(handler: http.RequestListener): Promise<TestServer> {
  let connections = 0;
  const requests: http.IncomingMessage[] = [];
  const server = http.createServer((req, res) => {
    requests.push(req);
    handler(req, res);
  });
  server.on('connection', () => {
    connections++;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    connections: () => connections,
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
