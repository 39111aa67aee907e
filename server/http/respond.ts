import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDatabaseAway } from '../core/database-away.ts';
import { AppError, isAppError, messageOf } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { requestId } from './request.ts';

/** Headers that every answer of ours carries. */
export function baseHeaders(req: IncomingMessage, res: ServerResponse): void {
  res.setHeader('X-Request-Id', requestId(req));
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Referrer-Policy', 'same-origin');
}

export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  sendText(res, status, JSON.stringify(body), 'application/json; charset=utf-8');
}

export function sendText(
  res: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  const body = Buffer.from(text);
  res.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length });
  res.end(res.req.method === 'HEAD' ? undefined : body);
}

/** Anything thrown becomes an error of the catalogue; what is not one of ours says nothing private. */
export function toAppError(error: unknown): AppError {
  if (isAppError(error)) return error;
  if (isDatabaseAway(error)) return new AppError('DATABASE_DOWN', { cause: error, retryAfterSeconds: 2 });
  return new AppError('INTERNAL', { cause: error });
}

/** The one shape of an error answer (contracts.md §2). */
export function errorBody(error: AppError, id: string) {
  const details = error.details === undefined ? {} : { details: error.details };
  return {
    error: {
      code: error.code,
      message: error.message,
      docUrl: `/api/docs/errors#${error.code}`,
      requestId: id,
      ...details,
    },
  };
}

type Options = { log: Log; media?: boolean };

/** The one place where an error becomes an answer: JSON, or the bare sentence on media routes unless JSON is asked for. */
export function sendError(
  req: IncomingMessage,
  res: ServerResponse,
  thrown: unknown,
  { log, media = false }: Options,
): void {
  const error = toAppError(thrown);
  if (error.status >= 500 && error.code === 'INTERNAL') {
    log.error(
      {
        requestId: requestId(req),
        cause: messageOf(error.cause ?? error),
        stack: (error.cause as Error | undefined)?.stack,
      },
      'a request failed',
    );
  }
  if (res.headersSent || res.writableEnded) return void res.destroy();
  for (const name of ['Cache-Control', 'ETag', 'Last-Modified', 'Accept-Ranges', 'Content-Range'])
    res.removeHeader(name);
  res.setHeader('Cache-Control', 'no-store');
  if (error.retryAfterSeconds !== undefined)
    res.setHeader('Retry-After', String(Math.ceil(error.retryAfterSeconds)));
  const wantsJson = !media || /\bapplication\/json\b/.test(req.headers.accept ?? '');
  if (wantsJson) sendJson(res, error.status, errorBody(error, requestId(req)));
  else sendText(res, error.status, `${error.message}\n`);
}
