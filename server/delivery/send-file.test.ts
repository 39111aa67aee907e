import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendFile } from './send-file.ts';

const SIZE_BYTES = 64 * 1024 * 1024;
const dir = mkdtempSync(join(tmpdir(), 'siaran-send-'));
const path = join(dir, 'film.mp4');
let readers = 0;
let answers = 0;
let server: http.Server;
let address: string;

beforeAll(async () => {
  writeFileSync(path, Buffer.alloc(SIZE_BYTES, 1));
  const reading = () => {
    readers++;
    return () => {
      readers--;
      answers++;
    };
  };
  const file = { path, sizeBytes: SIZE_BYTES, contentType: 'video/mp4', etag: '"1"', reading };
  server = http.createServer((req, res) => void sendFile(req, res, file, { cacheControl: 'no-cache' }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  rmSync(dir, { recursive: true, force: true });
});

test('a file counts as being read until its reader has all of it or has left', async () => {
  const whole = await fetch(address);
  expect((await whole.arrayBuffer()).byteLength).toBe(SIZE_BYTES);
  await expect.poll(() => [readers, answers]).toEqual([0, 1]);

  // One that takes nothing keeps it for as long as he is there.
  const request = http.get(address, { agent: false });
  const [stalled] = (await once(request, 'response')) as [http.IncomingMessage];
  await expect.poll(() => readers).toBe(1);
  stalled.destroy();
  await expect.poll(() => [readers, answers]).toEqual([0, 2]);
});
