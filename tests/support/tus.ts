import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import http from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Client } from './client.ts';

const TUS = { 'Tus-Resumable': '1.0.0' };

export type Created = { location: string; videoId: string };

/** Creates an upload; answers its address and the id of the video that exists from now on. */
export async function createUpload(client: Client, fileName: string, sizeBytes: number): Promise<Created> {
  const metadata = `filename ${Buffer.from(fileName).toString('base64')}`;
  const answer = await client.raw('/files', {
    method: 'POST',
    headers: { ...TUS, 'Upload-Length': String(sizeBytes), 'Upload-Metadata': metadata },
  });
  if (answer.status !== 201)
    throw new Error(`Creating the upload answered ${answer.status}: ${await answer.text()}`);
  return { location: answer.headers.get('location') ?? '', videoId: answer.headers.get('video-id') ?? '' };
}

/** How many bytes the server has; null when it does not answer now. */
export async function offsetOf(client: Client, location: string): Promise<number> {
  const answer = await client.raw(new URL(location, client.base).pathname, { method: 'HEAD', headers: TUS });
  if (!answer.ok) throw new Error(`HEAD answered ${answer.status}`);
  return Number(answer.headers.get('upload-offset'));
}

type Send = { file: string; offset: number; bytesPerSecond?: number; onBytes?: (sent: number) => void };

/** Sends the rest of a file in one PATCH; rejects when the connection breaks. */
export async function sendRest(
  client: Client,
  location: string,
  { file, offset, bytesPerSecond, onBytes }: Send,
): Promise<number> {
  const url = new URL(new URL(location, client.base).pathname, client.base);
  const headers = {
    ...TUS,
    Cookie: client.cookie,
    Origin: client.base,
    'Content-Type': 'application/offset+octet-stream',
    'Upload-Offset': String(offset),
  };
  const request = http.request(url, { method: 'PATCH', headers });
  const answered = new Promise<number>((resolve, reject) => {
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
  });
  const source = createReadStream(file, { start: offset, highWaterMark: 64 * 1024 });
  await Promise.all([
    pipeline(source, paced(bytesPerSecond, onBytes), request).catch(() => undefined),
    answered,
  ]);
  return answered;
}

const paced = (bytesPerSecond: number | undefined, onBytes: ((sent: number) => void) | undefined) =>
  async function* (source: AsyncIterable<Buffer>) {
    let sent = 0;
    for await (const chunk of source) {
      yield chunk;
      sent += chunk.length;
      onBytes?.(sent);
      if (bytesPerSecond)
        await new Promise((resolve) => setTimeout(resolve, (chunk.length / bytesPerSecond) * 1000));
    }
  };

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
