import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDatabaseAway } from '../core/database-away.ts';
import { AppError, isAppError } from '../core/errors.ts';
import { isUuid } from '../core/ids.ts';
import { isFull } from '../store/index.ts';

/** The protocol as we speak it (tus 1.0.0, protocol.md). */
export const TUS_VERSION = '1.0.0';
export const EXTENSIONS =
  'creation,creation-with-upload,creation-defer-length,termination,expiration,checksum,concatenation';
/** Upload-Concat of a part. */
export const PARTIAL = 'partial';
export const CHECKSUM_ALGORITHMS: ReadonlySet<string> = new Set(['sha1', 'sha256']);
export const UPLOADS_PATH = '/files';
export const BODY_TYPE = 'application/offset+octet-stream';
/** The checksum extension's own status: the bytes are not those that were announced. */
export const CHECKSUM_MISMATCH = 460;

/** A refusal in TUS's own words: a status of the protocol and a sentence. */
export class TusRefusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'TusRefusal';
    this.status = status;
  }
}

export type Checksum = { algorithm: string; digest: Buffer };

/** Upload-Checksum: an algorithm and the base64 of its digest (checksum extension). */
export function readChecksum(req: IncomingMessage): Checksum | null {
  const header = req.headers['upload-checksum'];
  if (header === undefined) return null;
  const [algorithm = '', encoded = '', ...rest] = String(header).trim().split(' ');
  if (!CHECKSUM_ALGORITHMS.has(algorithm) || rest.length > 0 || !isBase64(encoded))
    throw new TusRefusal(
      400,
      'Upload-Checksum names an algorithm that is not offered, or is not valid base64.',
    );
  return { algorithm, digest: Buffer.from(encoded, 'base64') };
}

/** Upload-Length: decimal digits only, within what a file can have. */
export function readLength(req: IncomingMessage, maxBytes: number): number {
  const header = req.headers['upload-length'];
  if (typeof header !== 'string' || !/^\d{1,16}$/.test(header) || !Number.isSafeInteger(Number(header)))
    throw new TusRefusal(400, 'Upload-Length has to be a whole number of bytes.');
  if (Number(header) > maxBytes) throw new AppError('UPLOAD_TOO_LARGE');
  return Number(header);
}

/** The length of a new upload, or null when its client tells it later (Upload-Defer-Length). */
export function readNewLength(req: IncomingMessage, maxBytes: number): number | null {
  const deferred = req.headers['upload-defer-length'];
  if (deferred === undefined) return readLength(req, maxBytes);
  if (deferred !== '1' || req.headers['upload-length'] !== undefined)
    throw new TusRefusal(400, 'Send either Upload-Length or Upload-Defer-Length: 1.');
  return null;
}

/** Upload-Concat as it was sent: `partial`, `final;` with the addresses of parts, or null without one. */
export function readConcat(req: IncomingMessage): string | null {
  const header = req.headers['upload-concat'];
  if (header === undefined) return null;
  const value = String(header).trim();
  const ids = partIdsOf(value);
  if (value !== PARTIAL && (ids.length === 0 || ids.includes('') || new Set(ids).size !== ids.length))
    throw new TusRefusal(
      400,
      'Upload-Concat has to be "partial", or "final;" and the addresses of different parts with spaces between them.',
    );
  return value;
}

/** The ids of the parts that an Upload-Concat names, in their order; '' for an address that is none of ours. */
export function partIdsOf(concat: string | null): string[] {
  if (!concat?.startsWith('final;')) return [];
  const addresses = concat
    .slice('final;'.length)
    .split(' ')
    .filter((address) => address !== '');
  return addresses.map((address) => {
    const path = URL.canParse(address, 'http://localhost')
      ? new URL(address, 'http://localhost').pathname
      : '';
    const id = path.startsWith(`${UPLOADS_PATH}/`) ? path.slice(UPLOADS_PATH.length + 1) : '';
    return isUuid(id) ? id : '';
  });
}

/** Upload-Metadata: unique ASCII keys without space or comma, each with a base64 value or none. */
export function readMetadata(req: IncomingMessage): Record<string, string | null> {
  const header = req.headers['upload-metadata'];
  if (header === undefined || header === '') return {};
  const metadata = new Map<string, string | null>();
  for (const pair of String(header).split(',')) {
    const [key = '', value, ...rest] = pair.trim().split(' ');
    const sound =
      /^[\x21-\x2b\x2d-\x7e]+$/.test(key) && rest.length === 0 && (value === undefined || isBase64(value));
    if (!sound || metadata.has(key))
      throw new TusRefusal(
        400,
        'Upload-Metadata has a key that is empty or doubled, or a value that is not base64.',
      );
    const text = value === undefined ? null : Buffer.from(value, 'base64').toString('utf8');
    if (text?.includes('\0')) throw new TusRefusal(400, 'Upload-Metadata has a value with a NUL character.');
    metadata.set(key, text);
  }
  return Object.fromEntries(metadata);
}

const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

/** The title that a file's name gives; the name is used for nothing else. */
export function titleOf(metadata: Record<string, string | null>): { title: string; fileName: string } {
  const clean = (text: string | null | undefined): string =>
    (text ?? '')
      .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 300);
  const fileName = clean(metadata.filename ?? metadata.name);
  const title = clean(metadata.title) || fileName.replace(/\.[A-Za-z0-9]{1,5}$/, '').trim() || fileName;
  return { title: title || 'Untitled video', fileName };
}

/** Answers a refusal: TUS has no shape for errors, so it is the sentence as text. */
export function answerRefusal(res: ServerResponse, thrown: unknown): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const { status, body } = refusalOf(thrown);
  const text = `${body}\n`;
  res.setHeader('Tus-Resumable', TUS_VERSION);
  if (status === 412) res.setHeader('Tus-Version', TUS_VERSION);
  res.setHeader('Cache-Control', 'no-store');
  res.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  res.end(res.req.method === 'HEAD' ? undefined : text);
}

/** Status and sentence of anything thrown on the way. */
export function refusalOf(thrown: unknown): { status: number; body: string } {
  if (thrown instanceof TusRefusal) return { status: thrown.status, body: thrown.message };
  if (isAppError(thrown)) return { status: thrown.status, body: thrown.message };
  if (isFull(thrown)) return { status: 507, body: new AppError('STORAGE_FULL').message };
  if (isDatabaseAway(thrown)) return { status: 503, body: new AppError('DATABASE_DOWN').message };
  const { status_code: status, body } = (thrown ?? {}) as { status_code?: number; body?: string };
  if (status !== undefined && body !== undefined) return { status, body: body.trim() };
  return { status: 500, body: new AppError('INTERNAL').message };
}
