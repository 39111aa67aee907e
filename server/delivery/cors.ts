import type { IncomingMessage, ServerResponse } from 'node:http';
import { isListedOrigin } from '../http/origin.ts';

const EXPOSED = 'Content-Range, Content-Length, Accept-Ranges, ETag, X-Request-Id, Retry-After';

/**
 * Cross-origin rules of media (contracts.md §9): never with credentials; open to every page while ALLOWED_ORIGINS is
 * empty, because the signature in the address is the right; else only to the listed origins.
 */
export function mediaCors(req: IncomingMessage, res: ServerResponse, allowedOrigins: string): void {
  const origin = req.headers.origin;
  if (allowedOrigins.trim() === '') res.setHeader('Access-Control-Allow-Origin', '*');
  else {
    res.setHeader('Vary', 'Origin');
    if (origin === undefined || !isListedOrigin(origin, allowedOrigins)) return;
    res.setHeader('Access-Control-Allow-Origin', origin);
  }
  res.setHeader('Access-Control-Expose-Headers', EXPOSED);
  res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
}

/** Answers a preflight of a media route. */
export function mediaPreflight(res: ServerResponse): void {
  res.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, DELETE');
  res.setHeader('Access-Control-Allow-Headers', 'Range, If-Range, If-None-Match, Authorization');
  res.setHeader('Access-Control-Max-Age', '86400');
  res.writeHead(204).end();
}
