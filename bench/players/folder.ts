import { createReadStream, existsSync, statSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

export type FolderServer = { origin: string; port: number; close(): Promise<void> };

/** `bytes=from-to` of a file, both included; null asks for all of it. */
function rangeOf(header: string | undefined, sizeBytes: number): { start: number; end: number } | null {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined) return null;
  return { start: Number(from), end: Math.min(to ? Number(to) : sizeBytes - 1, sizeBytes - 1) };
}

/** Serves the files of a folder, with Range, as a provider of HLS does. */
export async function serveFolder(folder: string): Promise<FolderServer> {
  const server = http.createServer((req, res) => {
    const name = decodeURIComponent(new URL(req.url ?? '/', 'http://x').pathname);
    const file = path.join(folder, path.normalize(name));
    if (!existsSync(file) || !statSync(file).isFile()) return void res.writeHead(404).end();
    const { size } = statSync(file);
    const range = rangeOf(req.headers.range, size);
    if (range && range.start >= size) return void res.writeHead(416).end();
    const { start, end } = range ?? { start: 0, end: size - 1 };
    const headers: http.OutgoingHttpHeaders = { 'Content-Length': end - start + 1 };
    if (range) headers['Content-Range'] = `bytes ${start}-${end}/${size}`;
    res.writeHead(range ? 206 : 200, headers);
    if (size === 0) return void res.end();
    createReadStream(file, { start, end })
      .on('error', () => res.destroy())
      .pipe(res);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
