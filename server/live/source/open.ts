import type { Readable } from 'node:stream';
import { AppError } from '../../core/errors.ts';
import { decodedBody } from '../../net/body.ts';
import type { NetResponse } from '../../net/net.ts';
import { isForCopy } from './copy/address.ts';
import { readByCopy, readPacked } from './copy/reader.ts';
import { broughtNothing, refusedWith } from './failures.ts';
import { readGenerator } from './generator.ts';
import { readHls } from './hls/read.ts';
import { readHttpTs } from './http-ts.ts';
import { SNIFF_BYTES, sniff } from './kinds.ts';
import { LIMITS } from './policy.ts';
import type { ReaderContext } from './reader.ts';

const LONGEST_PLAYLIST_BYTES = 2 * 1024 * 1024;

/** Opens a source, finds out what it is, and reads it until it ends or fails. */
export async function runSource(context: ReaderContext): Promise<void> {
  if (context.source.kind === 'generator') return await readGenerator(context);
  if (isForCopy(context.source.url)) return await readByCopy(context);
  const { signal, ports } = context;
  const session = ports.net.session();
  // Its sockets go in the same tick as the run ends.
  const stop = () => session.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    await readHttp({ ...context, ports: { ...ports, net: { ...ports.net, fetch: session.fetch } } });
  } finally {
    signal.removeEventListener('abort', stop);
    session.close();
  }
}

/** Reads whatever answers at an address of the web. */
async function readHttp(context: ReaderContext): Promise<void> {
  const response = await openHttp(context);
  const body = inflated(response);
  try {
    const first = await readStart(body, SNIFF_BYTES);
    const kind = sniff(first, response.headers['content-type']);
    if (kind === 'mpegts') return await readHttpTs(context, body, first);
    if (kind !== 'hls') return await readPacked(context, kind, body, first);
    const text = await readStart(body, LONGEST_PLAYLIST_BYTES, first);
    if (text.length >= LONGEST_PLAYLIST_BYTES)
      throw new AppError('UPSTREAM_TOO_LARGE', { details: { reason: 'its playlist is larger than 2 MB' } });
    body.destroy();
    return await readHls(context, { text: text.toString('utf8'), url: response.url });
  } finally {
    body.destroy();
  }
}

/** Playlists may come compressed although nobody asked; they are limited after inflating. */
function inflated({ body, headers, url }: NetResponse): Readable {
  const coding = headers['content-encoding'] ?? 'identity';
  if (coding === 'identity') return body;
  return decodedBody(body, coding, LONGEST_PLAYLIST_BYTES, new URL(url).hostname);
}

async function openHttp({ source, signal, headersLimitMs, ports }: ReaderContext): Promise<NetResponse> {
  const headers = source.headers;
  const request = { headers, signal, headersTimeoutMs: headersLimitMs, bodyTimeoutMs: 0 };
  const response = await ports.net.fetch(source.url, request);
  if (response.status >= 200 && response.status <= 299) return response;
  response.body.destroy();
  throw refusedWith(response);
}

/** Reads until there are `sizeBytes`, the body ends, or three seconds have passed. */
async function readStart(
  body: Readable,
  sizeBytes: number,
  already: Buffer = Buffer.alloc(0),
): Promise<Buffer> {
  const chunks = [already];
  let size = already.length;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    body.destroy();
  }, LIMITS.firstPacketMs);
  try {
    // A plain iterator: leaving a `for await` early would destroy the body.
    const iterator = body.iterator({ destroyOnReturn: false });
    for (; size < sizeBytes; ) {
      const next = await iterator.next();
      if (next.done) break;
      chunks.push(next.value as Buffer);
      size += (next.value as Buffer).length;
    }
    await iterator.return?.();
  } catch (error) {
    throw late ? broughtNothing('it is connected but sends nothing', error) : error;
  } finally {
    clearTimeout(timer);
  }
  if (late) throw broughtNothing('it is connected but sends nothing');
  return Buffer.concat(chunks);
}
