import type { IncomingMessage, ServerResponse } from 'node:http';
import { isListedOrigin } from '../http/origin.ts';
import { BODY_TYPE, TUS_VERSION, TusRefusal, UPLOADS_PATH } from './protocol.ts';
import { EXPIRY_SECONDS, finished, isFinal, type UploadRow } from './rows.ts';

/** Where we are is our own affair, and the stock server would refuse odd values of these (UP-12). */
export const FOREIGN = ['x-forwarded-host', 'x-forwarded-proto', 'forwarded'];

/** Takes headers out of a request before the stock server reads them. */
export function dropHeaders(req: IncomingMessage, names: readonly string[]): void {
  const kept: string[] = [];
  for (let i = 0; i + 1 < req.rawHeaders.length; i += 2) {
    const name = req.rawHeaders[i]!;
    if (!names.includes(name.toLowerCase())) kept.push(name, req.rawHeaders[i + 1]!);
  }
  req.rawHeaders = kept;
  for (const name of names) delete req.headers[name];
}

/** Headers of ours beside TUS's own that scripts of a listed origin may read. */
export const EXPOSED = ['Upload-Expires', 'Tus-Checksum-Algorithm', 'Video-Id', 'X-Request-Id'];
const OF_TUS = ['Location', 'Tus-Resumable', 'Tus-Version', 'Tus-Extension', 'Tus-Max-Size', 'Upload-Offset'];
const OF_UPLOADS = ['Upload-Length', 'Upload-Defer-Length', 'Upload-Metadata', 'Upload-Concat'];
const SENT_HEADERS =
  'Authorization, Content-Type, Tus-Resumable, Upload-Length, Upload-Defer-Length, Upload-Concat, Upload-Metadata, Upload-Offset, Upload-Checksum, X-HTTP-Method-Override, X-Requested-With';

/** Cross-origin rules of uploads (contracts.md §9): only the origins of ALLOWED_ORIGINS, with credentials. */
export function uploadCors(req: IncomingMessage, res: ServerResponse, allowedOrigins: string): void {
  const { origin } = req.headers;
  res.setHeader('Vary', 'Origin');
  if (origin === undefined || !isListedOrigin(origin, allowedOrigins)) return;
  res.setHeader('Access-Control-Allow-Origin', origin);
  res.setHeader('Access-Control-Allow-Credentials', 'true');
  res.setHeader('Access-Control-Expose-Headers', [...OF_TUS, ...OF_UPLOADS, ...EXPOSED].join(', '));
  if (req.method !== 'OPTIONS') return;
  res.setHeader('Access-Control-Allow-Methods', 'POST, HEAD, PATCH, DELETE, OPTIONS');
  res.setHeader('Access-Control-Allow-Headers', SENT_HEADERS);
  res.setHeader('Access-Control-Max-Age', '86400');
}

/** When an upload expires if nothing more comes (expiration extension). */
export const expiresAt = (): string => new Date(Date.now() + EXPIRY_SECONDS * 1000).toUTCString();

/** The last part of an upload's address; empty for the collection itself. */
export function idOf(req: IncomingMessage): string {
  const path = (req.url ?? '').split('?')[0] ?? '';
  return path.startsWith(`${UPLOADS_PATH}/`) ? path.slice(UPLOADS_PATH.length + 1) : '';
}

/** Refuses a PATCH whose headers are not those of the protocol. */
export function checkPatch(req: IncomingMessage): void {
  if (req.headers['content-type'] !== BODY_TYPE)
    throw new TusRefusal(415, `A part has to be sent as ${BODY_TYPE}.`);
  const offset = req.headers['upload-offset'];
  if (typeof offset !== 'string' || !/^\d{1,16}$/.test(offset))
    throw new TusRefusal(400, 'Upload-Offset has to be a whole number.');
}

/**
 * An upload that is answered from its row: a finished one, whose file has moved on, and one that is put together from
 * parts, which nobody writes to. Until the latter is whole it says its length but no offset (concatenation extension).
 */
export function answerFromRow(
  req: IncomingMessage,
  res: ServerResponse,
  row: UploadRow,
  method: string,
): void {
  const stored = row.state === 'stored';
  if (method === 'DELETE') throw finished();
  if (method === 'PATCH' && isFinal(row))
    throw new TusRefusal(403, 'This upload is made of its parts and takes no bytes of its own.');
  if (method === 'PATCH' && Number(req.headers['upload-offset']) !== row.sizeBytes)
    throw new TusRefusal(409, 'This upload is finished.');
  res.setHeader('Tus-Resumable', TUS_VERSION);
  res.setHeader('Cache-Control', 'no-store');
  if (row.concat !== null) res.setHeader('Upload-Concat', row.concat);
  if (stored) res.setHeader('Upload-Offset', String(row.sizeBytes));
  res.setHeader('Upload-Length', String(row.sizeBytes));
  res.writeHead(method === 'HEAD' ? 200 : 204).end();
}

/**
 * Ends a request that brings nothing for so long (UP-18); one whose bytes are all here waits for us, not we for it. After
 * the answer Node's own limit for idle connections takes its place.
 */
export function watchIdle(req: IncomingMessage, res: ServerResponse, idleMs: number): void {
  req.socket.setTimeout(idleMs);
  // Without somebody who listens here Node ends the connection in any case.
  res.on('timeout', () => {
    if (!req.complete) req.socket.destroy();
  });
}
