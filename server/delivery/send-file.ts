import { randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../core/errors.ts';
import { checkPreconditions, ifRangeHolds } from '../http/conditional.ts';
import { type ByteRange, parseRange } from '../http/range.ts';
import type { MediaFile, VirtualFile } from './ports.ts';
import { readPool } from './read-pool.ts';

type Options = { cacheControl: string; disposition?: string | undefined };
type Described = Omit<MediaFile, 'path' | 'reading'>;

/** Sends a file with the full Range and conditional semantics of RFC 9110 §13-§15; HEAD answers the same headers. */
export async function sendFile(
  req: IncomingMessage,
  res: ServerResponse,
  file: MediaFile,
  options: Options,
): Promise<void> {
  const plan = planOf(req, res, file, options);
  if (plan === null) return;
  const handle = await open(file.path, 'r').catch((error) => {
    throw new AppError('NOT_FOUND', { cause: error });
  });
  const read = file.reading?.();
  try {
    const { size } = await handle.stat();
    if (size !== file.sizeBytes) throw new AppError('NOT_READY', { retryAfterSeconds: 2 });
    if (req.method === 'HEAD') return void res.writeHead(plan.status, plan.headers).end();
    res.writeHead(plan.status, plan.headers);
    for (const part of plan.parts) {
      if (part.before) res.write(part.before);
      if (!(await sendRange(res, handle, part.range))) return;
    }
    res.end(plan.after);
  } finally {
    read?.();
    await handle.close();
  }
}

/** The same for a file that is put together meanwhile: only what the client takes is made. */
export async function sendVirtual(
  req: IncomingMessage,
  res: ServerResponse,
  file: VirtualFile,
  options: Options,
): Promise<void> {
  const plan = planOf(req, res, file, options);
  if (plan === null) return;
  res.writeHead(plan.status, plan.headers);
  if (req.method === 'HEAD') return void res.end();
  for (const { before, range } of plan.parts) {
    if (before) res.write(before);
    for await (const bytes of file.read(range.start, range.end))
      if (res.destroyed || (!res.write(bytes) && !(await drained(res)))) return;
  }
  res.end(plan.after);
}

type Part = { range: ByteRange; before?: string };
type Plan = { status: 200 | 206; parts: Part[]; after?: string; headers: Record<string, string | number> };

/** Decides the answer; answers itself where no body is sent (304, 412, 416). */
function planOf(req: IncomingMessage, res: ServerResponse, file: Described, options: Options): Plan | null {
  res.setHeader('ETag', file.etag);
  res.setHeader('Accept-Ranges', 'bytes');
  res.setHeader('Cache-Control', options.cacheControl);
  res.setHeader('Content-Security-Policy', 'sandbox');
  if (options.disposition) res.setHeader('Content-Disposition', options.disposition);
  const validators = { etag: file.etag };
  const condition = checkPreconditions(req.headers, validators);
  if (condition === 'not-modified') return answered(res.writeHead(304));
  if (condition === 'failed') return answered(res.writeHead(412, { 'Content-Length': 0 }));
  const asked = ifRangeHolds(req.headers['if-range'] as string | undefined, validators)
    ? req.headers.range
    : undefined;
  const answer = parseRange(asked, file.sizeBytes);
  if (answer.kind === 'unsatisfiable') {
    return answered(
      res.writeHead(416, { 'Content-Range': `bytes */${file.sizeBytes}`, 'Content-Length': 0 }),
    );
  }
  if (answer.kind === 'whole') {
    const parts = file.sizeBytes === 0 ? [] : [{ range: { start: 0, end: file.sizeBytes - 1 } }];
    return {
      status: 200,
      parts,
      headers: { 'Content-Type': file.contentType, 'Content-Length': file.sizeBytes },
    };
  }
  return answer.ranges.length === 1
    ? single(answer.ranges[0] as ByteRange, file)
    : multipart(answer.ranges, file);
}

function answered(res: ServerResponse): null {
  res.end();
  return null;
}

function single(range: ByteRange, file: Described): Plan {
  const headers = {
    'Content-Type': file.contentType,
    'Content-Length': range.end - range.start + 1,
    'Content-Range': contentRange(range, file),
  };
  return { status: 206, parts: [{ range }], headers };
}

/** Several ranges in one multipart/byteranges body (RFC 9110 §14.6). */
function multipart(ranges: readonly ByteRange[], file: Described): Plan {
  const boundary = `siaran-${randomBytes(12).toString('hex')}`;
  const parts = ranges.map((range, i) => ({
    range,
    before: `${i === 0 ? '' : '\r\n'}--${boundary}\r\nContent-Type: ${file.contentType}\r\nContent-Range: ${contentRange(range, file)}\r\n\r\n`,
  }));
  const after = `\r\n--${boundary}--\r\n`;
  const length = parts.reduce(
    (sum, { range, before }) => sum + before.length + range.end - range.start + 1,
    after.length,
  );
  return {
    status: 206,
    parts,
    after,
    headers: { 'Content-Type': `multipart/byteranges; boundary=${boundary}`, 'Content-Length': length },
  };
}

const contentRange = (range: ByteRange, file: Described) =>
  `bytes ${range.start}-${range.end}/${file.sizeBytes}`;

/** Reads and writes piece by piece at the client's pace; false when the client left. */
async function sendRange(res: ServerResponse, handle: FileHandle, range: ByteRange): Promise<boolean> {
  let position = range.start;
  while (position <= range.end) {
    if (res.destroyed) return false;
    const buffer = readPool.take();
    const { bytesRead } = await handle.read(
      buffer,
      0,
      Math.min(buffer.length, range.end - position + 1),
      position,
    );
    if (bytesRead === 0) {
      readPool.give(buffer);
      res.destroy(); // the file shrank: a short body must not look like a whole one
      return false;
    }
    position += bytesRead;
    const room = res.write(buffer.subarray(0, bytesRead), () => readPool.give(buffer));
    if (!room && !(await drained(res))) return false;
  }
  return true;
}

/** Waits until the client took what was written; false when it left instead. */
function drained(res: ServerResponse): Promise<boolean> {
  if (res.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const settle = (value: boolean) => {
      res.off('drain', onDrain);
      res.off('close', onClose);
      resolve(value);
    };
    const onDrain = () => settle(true);
    const onClose = () => settle(false);
    res.on('drain', onDrain);
    res.on('close', onClose);
  });
}
