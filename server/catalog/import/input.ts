import { pipeline, Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../core/errors.ts';
import type { Net } from '../../net/net.ts';

/** Where a list comes from: pasted text, the bytes of a file, or an address that server/net fetches. */
export type ListInput =
  | { kind: 'text'; text: string }
  | { kind: 'file'; stream: Readable }
  | { kind: 'url'; url: string };

export type OpenList = { stream: Readable; baseUrl: string | null };

/** Largest list after inflating; 100,000 entries take about 30 MB. */
const MAX_LIST_BYTES = 512 * 1024 * 1024;
const PIECE_BYTES = 128 * 1024;

/** Opens the bytes of a list, unpacked when they are gzip, and bounded. */
export async function openList(
  input: ListInput,
  net: Pick<Net, 'fetch'>,
  signal: AbortSignal,
): Promise<OpenList> {
  if (input.kind === 'text') return { stream: Readable.from(pieces(Buffer.from(input.text))), baseUrl: null };
  if (input.kind === 'file') return { stream: await unpacked(input.stream), baseUrl: null };
  const response = await net.fetch(input.url, { maxBytes: MAX_LIST_BYTES, headersTimeoutMs: 30_000, signal });
  if (response.status < 200 || response.status > 299) {
    response.body.destroy();
    throw new AppError('UPSTREAM_STATUS', { details: { status: response.status } });
  }
  return { stream: await unpacked(response.body), baseUrl: response.url };
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

/** Lists are often kept as .m3u.gz: the first two bytes tell (RFC 1952 §2.3.1), whatever the name says. */
async function unpacked(source: Readable): Promise<Readable> {
  const chunks: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  const head = await firstBytes(chunks);
  const stages = head[0] === 0x1f && head[1] === 0x8b ? [createGunzip()] : [];
  const limit = listLimit();
  limit.on('error', () => {});
  // An error of any stage destroys the last one, where the reader sees it.
  pipeline([Readable.from(whole(head, chunks)), ...stages, limit], () => {
    source.destroy();
  });
  return limit;
}

async function firstBytes(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

async function* whole(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

function listLimit(): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen <= MAX_LIST_BYTES) done(null, chunk);
      else done(new AppError('LIST_TOO_LARGE'));
    },
  });
}
