import type { IncomingMessage } from 'node:http';
import { isOwnOrigin, type OriginRules } from '../http/origin.ts';

/**
 * True when nothing says that another origin caused the request: Origin, else Sec-Fetch-Site, else Referer. The panel's
 * cookie opens media on our own pages only; another port of the same machine gets the cookie, but not the media.
 */
export function isOwnPage(req: IncomingMessage, rules: OriginRules): boolean {
  const { origin, referer } = req.headers;
  const site = req.headers['sec-fetch-site'];
  if (origin !== undefined) return isOwnOrigin(origin, req, rules);
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (referer !== undefined) return URL.canParse(referer) && isOwnOrigin(new URL(referer).origin, req, rules);
  return true;
}
