const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
const VALUE = /^[\t\x20-\x7e\u0080-\uffff]*$/;

/** Names under which lists give request headers: #EXTVLCOPT keys and attributes of the #EXTINF line. */
const KNOWN: Record<string, string> = {
  'http-user-agent': 'User-Agent',
  'user-agent': 'User-Agent',
  'http-referrer': 'Referer',
  'http-referer': 'Referer',
  referrer: 'Referer',
  referer: 'Referer',
  'http-origin': 'Origin',
  origin: 'Origin',
  'http-cookie': 'Cookie',
  cookie: 'Cookie',
};

/** The header that an option or attribute stands for, or null. */
export const headerOf = (option: string): string | null => KNOWN[option.toLowerCase()] ?? null;

/** Adds a header when HTTP can carry it; a later call wins over an earlier one. */
export function setHeader(headers: Record<string, string>, name: string, value: string): void {
  const clean = unquote(value.trim());
  const known = KNOWN[name.toLowerCase()] ?? name;
  if (clean === '' || !NAME.test(known) || known === '__proto__' || !VALUE.test(clean)) return;
  for (const existing of Object.keys(headers)) {
    if (existing.toLowerCase() === known.toLowerCase()) delete headers[existing];
  }
  headers[known] = clean;
}

/**
 * Splits `URL|User-Agent=…&Referer=…` (Kodi) and `URL|Referer="…"|User-Agent="…"`. An address whose part after the
 * bar is no header stays whole.
 */
export function splitPipe(address: string): { url: string; headers: [string, string][] } {
  const bar = address.indexOf('|');
  if (bar === -1 || !/^\s*!?[a-z0-9-]+\s*=/i.test(address.slice(bar + 1, bar + 80)))
    return { url: address, headers: [] };
  return { url: address.slice(0, bar).trim(), headers: parsePairs(address.slice(bar + 1)) };
}

/** Reads `name=value` pairs joined by `|` or `&`; an `&` inside a value (a Referer's query) does not split. */
export function parsePairs(text: string): [string, string][] {
  const pairs: [string, string][] = [];
  for (const part of text.split(
    /\|(?=\s*!?[a-z0-9-]+\s*=)|&(?=(?:user-agent|referr?er|origin|cookie|authorization|accept[a-z-]*|x-[a-z0-9-]+)=)/i,
  )) {
    const equals = part.indexOf('=');
    if (equals <= 0) continue;
    pairs.push([
      part.slice(0, equals).trim().replace(/^!/, ''),
      decode(unquote(part.slice(equals + 1).trim())),
    ]);
  }
  return pairs;
}

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(text);
  return quoted ? (quoted[2] ?? '') : text;
}

/** Kodi percent-encodes values; a value with a plain % in it is taken as it stands. */
function decode(text: string): string {
  if (!/%[0-9a-f]{2}/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
