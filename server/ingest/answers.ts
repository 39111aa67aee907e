import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../core/errors.ts';
import { isListedOrigin } from '../http/origin.ts';
import { BODY_TYPE, TUS_VERSION, TusRefusal } from './protocol.ts';
import { EXPIRY_SECONDS, type UploadRow } from './rows.ts';

export const UPLOADS_PATH = '/files';
const IDLE_MS = 60_000;
const FOREIGN = new Set(['x-forwarded-host', 'x-forwarded-proto', 'forwarded']);

/** Where we are is our own affair, and the stock server would refuse odd values of these (UP-12). */
export function dropForwarded(req: IncomingMessage): void {
  const kept: string[] = [];
  for (let i = 0; i + 1 < req.rawHeaders.length; i += 2) {
    const name = req.rawHeaders[i]!;
    if (!FOREIGN.has(name.toLowerCase())) kept.push(name, req.rawHeaders[i + 1]!);
  }
  req.rawHeaders = kept;
  for (const name of FOREIGN) delete req.headers[name];
}

/** Headers of ours beside TUS's own that scripts of a listed origin may read. */
export const EXPOSED = ['Upload-Expires', 'Tus-Checksum-Algorithm', 'Video-Id', 'X-Request-Id'];
const SENT_HEADERS =
  'Authorization, Content-Type, Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Offset, Upload-Checksum, X-HTTP-Method-Override, X-Requested-With';

/** Cross-origin rules of uploads (contracts.md §9): only the origins of ALLOWED_ORIGINS, with credentials. */
export function uploadCors(req: IncomingMessage, res: ServerResponse, allowedOrigins: string): void {
  const { origin } = req.headers;
  res.setHeader('Vary', 'Origin');
  if (origin === undefined || !isListedOrigin(origin, allowedOrigins)) return;
  res.setHeader('Access-Control-Allow-Origin', origin);
  res.setHeader('Access-Control-Allow-Credentials', 'true');
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

/** A finished upload: its file has moved on, so it is answered from its row. */
export function answerStored(
  req: IncomingMessage,
  res: ServerResponse,
  row: UploadRow,
  method: string,
): void {
  if (method === 'DELETE')
    throw new AppError('CONFLICT', { message: 'This upload is finished. Delete the video instead.' });
  if (method === 'PATCH' && Number(req.headers['upload-offset']) !== row.sizeBytes)
    throw new TusRefusal(409, 'This upload is finished.');
  res.setHeader('Tus-Resumable', TUS_VERSION);
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Upload-Offset', String(row.sizeBytes));
  res.setHeader('Upload-Length', String(row.sizeBytes));
  res.writeHead(method === 'HEAD' ? 200 : 204).end();
}

/** Ends a request that brings nothing for a minute (UP-18). */
export function watchIdle(req: IncomingMessage, res: ServerResponse): void {
  const { socket } = req;
  const end = () => socket.destroy();
  socket.setTimeout(IDLE_MS, end);
  res.once('close', () => {
    socket.off('timeout', end);
    socket.setTimeout(0);
  });
}
