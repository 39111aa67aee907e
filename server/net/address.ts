import { failure } from './failure.ts';

/** An outbound address split once by the WHATWG parser: what is checked is what is used. */
export type Outbound = { readonly url: URL; readonly authorization: string | null };

const MAX_LENGTH = 8192;

/** Parses an http(s) address, takes user info out of it (it becomes an Authorization header) and drops the fragment. */
export function parseOutbound(text: string, base?: URL): Outbound {
  if (text.length > MAX_LENGTH) throw failure('ADDRESS_INVALID', '', 'it is longer than 8 KB');
  const url = URL.parse(text, base);
  if (!url) throw failure('ADDRESS_INVALID', '', 'it is not an address');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw failure('ADDRESS_INVALID', '', `${url.protocol.slice(0, 20)} addresses are not opened here`);
  }
  const authorization = url.username || url.password ? basic(url.username, url.password) : null;
  url.username = '';
  url.password = '';
  url.hash = '';
  return { url, authorization };
}

function basic(username: string, password: string): string {
  const pair = `${decode(username)}:${decode(password)}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
