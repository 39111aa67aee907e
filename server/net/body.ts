import { pipeline, type Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { failure } from './failure.ts';

/** Undoes Content-Encoding (RFC 9110 §8.4) and ends with an error past `maxBytes` of decoded data (gzip bombs). */
export function decodedBody(
  body: Readable,
  contentEncoding: string,
  maxBytes: number,
  host: string,
): Readable {
  const stages = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity')
    .reverse()
    .map((coding) => decoder(coding, host));
  const limit = byteLimit(maxBytes, host);
  limit.on('error', () => {});
  // An error of any stage destroys the last one, where the reader sees it; the callback has nothing to add.
  pipeline([body, ...stages, limit], () => {});
  return limit;
}

function decoder(coding: string, host: string) {
  if (coding === 'gzip' || coding === 'x-gzip') return createGunzip();
  if (coding === 'deflate') return createInflate();
  if (coding === 'br') return createBrotliDecompress();
  if (coding === 'zstd') return createZstdDecompress();
  throw failure('UPSTREAM_NOT_MEDIA', host, 'it uses an unknown compression');
}

/** Passes bytes on until there are more than allowed. */
export function byteLimit(maxBytes: number, host: string): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen <= maxBytes) done(null, chunk);
      else done(failure('UPSTREAM_TOO_LARGE', host, `it sent more than ${maxBytes} bytes`));
    },
  });
}

/** Reads a whole (already limited) body. */
export async function readAll(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
