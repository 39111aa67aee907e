/**
 * A source's address without its secrets: user info, query values, Xtream user/password parts and the stream key of
 * RTMP stand as `***`.
 */
export function maskUrl(address: string): string {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return '***';
  }
  const user = url.username || url.password ? '***@' : '';
  const query = [...url.searchParams.keys()].map((key) => `${encodeURIComponent(key)}=***`).join('&');
  return `${url.protocol}//${user}${url.host}${url.protocol.startsWith('rtmp') ? maskKey(url.pathname) : maskXtream(url.pathname)}${query ? `?${query}` : ''}`;
}

/** The last part of an RTMP path names the stream, and often is all that guards it. */
const maskKey = (pathname: string): string => pathname.replace(/[^/]+$/, '***');

/** `/live/USER/PASS/1.ts`, `/movie/…`, `/series/…` and the short `/USER/PASS/1` carry an account in the path. */
function maskXtream(pathname: string): string {
  const long = /^\/(live|movie|series|timeshift)\/[^/]+\/[^/]+\/(.+)$/.exec(pathname);
  if (long) return `/${long[1]}/***/***/${long[2]}`;
  const short = /^\/[^/]+\/[^/]+\/(\d+(?:\.\w+)?)$/.exec(pathname);
  return short ? `/***/***/${short[1]}` : pathname;
}

const SECRET_QUERY = /([?&](?:token|sig|key|password|username|code|expires)=)[^&\s"]+/gi;

const USER_INFO = /(:\/\/)[^\s/?#"@]+@/g;
const BEARER = /\b(Bearer\s+)[\w.~+/=-]+/gi;

/** Takes signatures, tokens and the user info of addresses out of any text that goes to the log. */
export const maskText = (text: string): string =>
  text.replace(SECRET_QUERY, '$1***').replace(USER_INFO, '$1***@').replace(BEARER, '$1***');
