import { once } from 'node:events';
import { createWriteStream, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The least a server can do with an upload: its body goes into a file, which is flushed before the answer. */
export type SinkInput = { folder: string };
export type SinkAnswer = { port: number };

const [{ folder }] = (await once(process, 'message')) as [SinkInput];
let count = 0;
const server = http.createServer((req, res) => {
  const file = path.join(folder, `plain-${count++}`);
  pipeline(req, createWriteStream(file, { flush: true })).then(
    () => {
      rmSync(file);
      res.writeHead(204).end();
    },
    () => res.destroy(),
  );
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send!({ port: (server.address() as AddressInfo).port } satisfies SinkAnswer);
