import type { Outbound } from './address.ts';

/** Headers of the connection itself: they are ours to set, never a caller's or a list's. */
const OURS = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
]);

/** What may follow a redirect to another origin; everything else could be a credential. */
const CROSS_ORIGIN = new Set([
  'user-agent',
  'referer',
  'origin',
  'accept',
  'accept-language',
  'accept-encoding',
  'range',
]);

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** Lower-cases names, drops ours and those that HTTP cannot carry (RFC 9110 §5.5), and fills in the defaults. */
export function requestHeaders(
  given: Record<string, string>,
  target: Outbound,
  userAgent: string,
): Record<string, string> {
  const headers: Record<string, string> = {
    'user-agent': userAgent,
    accept: '*/*',
    'accept-encoding': 'identity',
  };
  for (const [rawName, value] of Object.entries(given)) {
    const name = rawName.toLowerCase();
    if (!OURS.has(name) && NAME.test(name) && !/[^\t\x20-\x7e\x80-\xff]/.test(value)) headers[name] = value;
  }
  if (target.authorization && !headers.authorization) headers.authorization = target.authorization;
  return headers;
}

/** The caller's headers that go along to the next hop of a redirect. */
export function headersForHop(given: Record<string, string>, from: URL, to: URL): Record<string, string> {
  if (from.origin === to.origin) return given;
  return Object.fromEntries(Object.entries(given).filter(([name]) => CROSS_ORIGIN.has(name.toLowerCase())));
}

/** Response headers as one string each; cookies of the other side are nobody's business here. */
export function plainHeaders(raw: Record<string, string | string[] | undefined>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined || name === 'set-cookie') continue;
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
