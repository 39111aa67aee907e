import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from '../../tests/support/client.ts';

const MIB = 1024 * 1024;
const noise = randomBytes(MIB);

/** So many bytes that are no video, without memory for them. */
function* bytesOf(count: number): Generator<Buffer> {
  for (let left = count; left > 0; left -= MIB) yield left >= MIB ? noise : noise.subarray(0, left);
}

/** Sends `bytes` as the body of one request; answers once the server has. */
export async function sendBody(
  url: URL,
  method: string,
  bytes: number,
  headers: Record<string, string>,
): Promise<void> {
  const request = http.request(url, {
    method,
    headers: { ...headers, 'Content-Length': bytes },
    agent: false,
  });
  const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
  const [[response]] = await Promise.all([answered, pipeline(Readable.from(bytesOf(bytes)), request)]);
  response.resume();
  if (response.statusCode !== 204)
    throw new Error(`${method} ${url.pathname} answered ${response.statusCode}`);
}

const TUS = { 'Tus-Resumable': '1.0.0' };

async function create(client: Client, headers: Record<string, string>) {
  const made = await client.raw('/files', { method: 'POST', headers: { ...TUS, ...headers } });
  if (made.status !== 201)
    throw new Error(`An upload could not be made: ${made.status} ${await made.text()}`);
  return { at: made.headers.get('location') ?? '', videoId: made.headers.get('video-id') };
}

/** Sends an upload from its beginning, in requests of `chunkBytes`. */
async function fill(client: Client, at: string, bytes: number, chunkBytes: number): Promise<void> {
  const { base, cookie } = client;
  for (let offset = 0; offset < bytes; offset += chunkBytes) {
    const about = { ...TUS, Cookie: cookie, Origin: base, 'Upload-Offset': String(offset) };
    const headers = { ...about, 'Content-Type': 'application/offset+octet-stream' };
    await sendBody(new URL(at, base), 'PATCH', Math.min(chunkBytes, bytes - offset), headers);
  }
}

const METADATA = `filename ${Buffer.from('noise.bin').toString('base64')}`;

/** Uploads noise in requests of `chunkBytes`; answers the id of its video. */
export async function sendWhole(client: Client, bytes: number, chunkBytes = bytes): Promise<string> {
  const { at, videoId } = await create(client, {
    'Upload-Length': String(bytes),
    'Upload-Metadata': METADATA,
  });
  await fill(client, at, bytes, chunkBytes);
  return videoId ?? '';
}

/** The same in parts that are sent side by side and joined. */
export async function sendParts(client: Client, bytes: number, count: number): Promise<string> {
  const partBytes = Math.ceil(bytes / count);
  const parts = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const size = Math.min(partBytes, bytes - index * partBytes);
      const { at } = await create(client, { 'Upload-Length': String(size), 'Upload-Concat': 'partial' });
      await fill(client, at, size, size);
      return at;
    }),
  );
  const whole = { 'Upload-Concat': `final;${parts.join(' ')}`, 'Upload-Metadata': METADATA };
  return (await create(client, whole)).videoId ?? '';
}
