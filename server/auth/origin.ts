import type { IncomingMessage } from 'node:http';
import { AppError } from '../core/errors.ts';

export type OriginRules = {
  /** PUBLIC_URL, when it is set. */
  publicUrl: string | null;
  /** ALLOWED_ORIGINS, as it is written there. */
  allowedOrigins: string;
  /** The Host the client used (X-Forwarded-Host from a trusted proxy, else Host). */
  hostOf(req: IncomingMessage): string | undefined;
};

export type OriginCheck = {
  /** Throws ORIGIN_REFUSED for an unsafe request that another site made (WEB-03); call it for /api and /files. */
  requireSameOrigin(req: IncomingMessage): void;
  /** True when nothing says that another origin caused the request: a panel cookie may then open media. */
  isOwn(req: IncomingMessage): boolean;
};

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Tells our own pages from other sites by Origin, else Sec-Fetch-Site, else Referer; browsers send at least one. */
export function createOriginCheck(rules: OriginRules): OriginCheck {
  const listed = new Set<string>();
  for (const text of [rules.publicUrl ?? '', ...rules.allowedOrigins.split(/[\s,]+/)])
    if (URL.canParse(text)) listed.add(new URL(text).origin);
  const ownOrigin = rules.publicUrl && URL.canParse(rules.publicUrl) ? new URL(rules.publicUrl).origin : null;

  const isSameHost = (req: IncomingMessage, origin: string): boolean => {
    if (!URL.canParse(origin)) return false;
    const url = new URL(origin);
    return url.origin === ownOrigin || (/^https?:$/.test(url.protocol) && url.host === hostText(req));
  };
  // The scheme is unknown behind a proxy, so hosts are compared under the scheme that the page says it has.
  const hostText = (req: IncomingMessage): string =>
    (rules.hostOf(req) ?? '').toLowerCase().replace(/:(?:80|443)$/, '');

  const judge = (req: IncomingMessage, others: ReadonlySet<string>): boolean => {
    const { origin, referer } = req.headers;
    const site = req.headers['sec-fetch-site'];
    if (origin !== undefined) return others.has(origin) || isSameHost(req, origin);
    if (site !== undefined) return site === 'same-origin' || site === 'none';
    if (referer !== undefined) return isSameHost(req, referer);
    return true;
  };

  const none: ReadonlySet<string> = new Set();
  return {
    requireSameOrigin(req) {
      if (SAFE.has(req.method ?? 'GET')) return;
      if (req.headers.authorization !== undefined && req.headers.cookie === undefined) return;
      if (!judge(req, listed)) throw new AppError('ORIGIN_REFUSED');
    },
    isOwn: (req) => judge(req, none),
  };
}
