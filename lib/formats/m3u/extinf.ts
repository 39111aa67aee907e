/** Attributes of a line by lower-case name, as they stood. */
export type Attributes = Record<string, string>;

export type ExtInf = {
  readonly durationS: number | null;
  readonly attributes: Attributes;
  readonly name: string;
};

const KEY = /[a-z0-9_-]+(?=\s*=)/iy;
const DURATION = /\s*([-+]?\d+(?:\.\d+)?)/y;
const UNSAFE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const MAX_ATTRIBUTES = 100;

/**
 * Reads what follows `#EXTINF:`. Attributes are scanned first, quoted or not, because their values may hold commas;
 * the name is what follows the first comma after them (and so may hold commas too).
 */
export function parseExtInf(text: string): ExtInf {
  DURATION.lastIndex = 0;
  const duration = DURATION.exec(text);
  const scan = scanAttributes(text, duration ? DURATION.lastIndex : 0);
  const attributes = scan.attributes;
  const name =
    scan.rest.trim() || attributes['tvc-guide-title']?.trim() || attributes['tvg-name']?.trim() || '';
  return { durationS: duration?.[1] === undefined ? null : Number(duration[1]), attributes, name };
}

/** Reads the attributes of an `#EXTM3U` line. */
export const parseHeaderAttributes = (text: string): Attributes => scanAttributes(text, 0).attributes;

function scanAttributes(text: string, from: number): { attributes: Attributes; rest: string } {
  const attributes: Attributes = {};
  const stray: string[] = [];
  let at = from;
  for (let count = 0; at < text.length && count < MAX_ATTRIBUTES; ) {
    const char = text[at]!;
    if (char === ',') {
      // Some lists put a comma between the duration and the attributes.
      if (count > 0 || !/^\s*[a-z0-9_-]+="/i.test(text.slice(at + 1, at + 60))) break;
      at++;
      continue;
    }
    if (/\s/.test(char)) {
      at++;
      continue;
    }
    KEY.lastIndex = at;
    const key = KEY.exec(text)?.[0];
    if (key === undefined) {
      const end = endOfToken(text, at);
      stray.push(text.slice(at, end));
      at = end;
      continue;
    }
    const value = readValue(text, text.indexOf('=', at + key.length) + 1);
    const name = key.toLowerCase();
    if (!UNSAFE_KEYS.has(name)) attributes[name] ??= value.value;
    at = value.end;
    count++;
  }
  return { attributes, rest: text[at] === ',' ? text.slice(at + 1) : stray.join(' ') };
}

function readValue(text: string, from: number): { value: string; end: number } {
  const at = from + (/^\s*(?=["'])/.exec(text.slice(from, from + 8))?.[0].length ?? 0);
  const quote = text[at];
  if (quote !== '"' && quote !== "'") {
    const end = endOfToken(text, at);
    return { value: text.slice(at, end), end };
  }
  const close = closingQuote(text, at + 1, quote);
  if (close === -1) {
    const end = endOfToken(text, at);
    return { value: text.slice(at + 1, end), end };
  }
  return { value: text.slice(at + 1, close), end: close + 1 };
}

/**
 * A quote closes the value when a comma, another attribute or the end follows; this keeps names such as
 * `The "Best" Show` whole. When no quote fits, the first one closes.
 */
function closingQuote(text: string, from: number, quote: string): number {
  const first = text.indexOf(quote, from);
  for (let close = first; close !== -1; close = text.indexOf(quote, close + 1)) {
    if (text[close - 1] === '=' && close > from) return first;
    if (/^\s*(?:$|,|[a-z0-9_-]+\s*=)/i.test(text.slice(close + 1, close + 120))) return close;
  }
  return first;
}

function endOfToken(text: string, from: number): number {
  let end = from;
  while (end < text.length && text[end] !== ',' && !/\s/.test(text[end]!)) end++;
  return end;
}
