import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { checkPreconditions, ifRangeHolds } from '../http/conditional.ts';
import { parseRange } from '../http/range.ts';

type Bytes = { body: Buffer; contentType: string; etag: string; cacheControl: string };

/** Sends a whole segment that is in memory; a single Range of it is honoured. */
export function sendBytes(req: IncomingMessage, res: ServerResponse, bytes: Bytes): void {
  const { body, etag } = bytes;
  const headers = {
    'Content-Type': bytes.contentType,
    ETag: etag,
    'Accept-Ranges': 'bytes',
    'Cache-Control': bytes.cacheControl,
  };
  const condition = checkPreconditions(req.headers, { etag });
  if (condition === 'not-modified') return void res.writeHead(304, headers).end();
  if (condition === 'failed') return void res.writeHead(412, { ...headers, 'Content-Length': 0 }).end();
  const asked = ifRangeHolds(req.headers['if-range'] as string | undefined, { etag })
    ? req.headers.range
    : undefined;
  const answer = parseRange(asked, body.length);
  if (answer.kind === 'unsatisfiable') {
    return void res
      .writeHead(416, { ...headers, 'Content-Range': `bytes */${body.length}`, 'Content-Length': 0 })
      .end();
  }
  const range = answer.kind === 'ranges' && answer.ranges.length === 1 ? answer.ranges[0] : undefined;
  const part = range ? body.subarray(range.start, range.end + 1) : body;
  const extra = range ? { 'Content-Range': `bytes ${range.start}-${range.end}/${body.length}` } : {};
  res.writeHead(range ? 206 : 200, { ...headers, ...extra, 'Content-Length': part.length });
  res.end(req.method === 'HEAD' ? undefined : part);
}

type Text = {
  text: string;
  contentType: string;
  cacheControl: string;
  /** Of a video: its generation, which is a part of the ETag then. */
  gen?: number | undefined;
};

/** Sends text with an ETag of its bytes, gzip where it is worth it and the client takes it. */
export function sendText(req: IncomingMessage, res: ServerResponse, options: Text): void {
  const { text, contentType, cacheControl, gen } = options;
  const hash = createHash('sha1').update(text).digest('base64url');
  const etag = gen === undefined ? `"${hash}"` : `"${gen}-${hash}"`;
  const headers = {
    'Content-Type': contentType,
    'Cache-Control': cacheControl,
    Vary: 'Accept-Encoding',
    ETag: etag,
  };
  if (checkPreconditions(req.headers, { etag }) === 'not-modified')
    return void res.writeHead(304, headers).end();
  const zipped = text.length > 1_000 && /\bgzip\b/.test(String(req.headers['accept-encoding'] ?? ''));
  const body = zipped ? gzipSync(text) : Buffer.from(text);
  res.writeHead(200, {
    ...headers,
    ...(zipped ? { 'Content-Encoding': 'gzip' } : {}),
    'Content-Length': body.length,
  });
  res.end(req.method === 'HEAD' ? undefined : body);
}

/** Sends a playlist, which caches never give out without asking. */
export function sendPlaylist(
  req: IncomingMessage,
  res: ServerResponse,
  text: string,
  options: { live: boolean; gen?: number },
): void {
  const cacheControl = options.live ? 'no-store' : 'no-cache';
  const contentType = 'application/vnd.apple.mpegurl';
  sendText(req, res, { text, contentType, cacheControl, gen: options.gen });
}
