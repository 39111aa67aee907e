import type { IncomingMessage } from 'node:http';
import { AppError } from '../core/errors.ts';
import type { Peer } from './request.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export type OriginRules = { peer: Peer; publicUrl: string | null; allowedOrigins: string };

/**
 * Keeps other sites from using a person's cookie: an unsafe request that carries one has to come from our own origin or
 * from one of ALLOWED_ORIGINS (WEB-03). A request with a bearer token is judged by that alone; browsers never add one.
 */
export function checkOrigin(req: IncomingMessage, rules: OriginRules): void {
  if (SAFE.has(req.method ?? 'GET') || req.headers.cookie === undefined || isBearer(req)) return;
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

/** Basic credentials do not count: a browser adds those by itself, to requests of other sites too. */
const isBearer = (req: IncomingMessage): boolean => /^bearer /i.test(req.headers.authorization ?? '');
