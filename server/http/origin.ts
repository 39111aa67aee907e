import type { IncomingMessage } from 'node:http';
import { AppError } from '../core/errors.ts';
import type { Peer } from './request.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export type OriginRules = { peer: Peer; publicUrl: string | null; allowedOrigins: string };

/**
 * Keeps other sites from using a person's cookie: an unsafe request that carries one has to come from our own origin or
 * from one of ALLOWED_ORIGINS (WEB-03). Requests without a cookie prove themselves by their token.
 */
export function checkOrigin(req: IncomingMessage, rules: OriginRules): void {
  if (
    SAFE.has(req.method ?? 'GET') ||
    req.headers.cookie === undefined ||
    req.headers.authorization !== undefined
  )
    return;
  const origin = req.headers.origin;
  if (origin !== undefined) {
    if (isOwnOrigin(origin, req, rules) || isListedOrigin(origin, rules.allowedOrigins)) return;
    throw new AppError('ORIGIN_REFUSED');
  }
  const site = req.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new AppError('ORIGIN_REFUSED');
}

export function isOwnOrigin(origin: string, req: IncomingMessage, { peer, publicUrl }: OriginRules): boolean {
  if (publicUrl !== null && origin === new URL(publicUrl).origin) return true;
  return URL.canParse(origin) && new URL(origin).host === peer.host(req);
}

export const isListedOrigin = (origin: string, allowedOrigins: string): boolean =>
  allowedOrigins.split(/[\s,]+/).some((allowed) => allowed !== '' && new URL(allowed).origin === origin);
