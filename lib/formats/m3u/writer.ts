/** One entry to write; attributes keep their order, empty ones are left out. */
export type M3uOutEntry = {
  readonly name: string;
  readonly url: string;
  readonly durationS?: number;
  readonly attributes?: Readonly<Record<string, string | null | undefined>>;
};

/** Everything that some reader takes for the end of a line, and other control characters. */
const BREAKS = /[\p{Cc}\u2028\u2029]+/gu;
const KEY = /^[a-z][a-z0-9-]*$/;

/** The first line of a list. */
export const m3uHeader = (attributes: M3uOutEntry['attributes'] = {}): string =>
  `#EXTM3U${pairs(attributes)}\n`;

/**
 * One entry as text. Whatever the name and values hold, it is exactly one entry for every reader: line breaks become
 * spaces, double quotes single ones, and only http(s) addresses are written.
 */
export function m3uEntry(entry: M3uOutEntry): string {
  const url = URL.parse(entry.url);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new TypeError('An entry needs an http address.');
  const duration = Number.isFinite(entry.durationS) ? Math.round(entry.durationS ?? -1) : -1;
  return `#EXTINF:${duration}${pairs(entry.attributes ?? {})},${plain(entry.name) || 'Untitled'}\n${url.href}\n`;
}

function pairs(attributes: Readonly<Record<string, string | null | undefined>>): string {
  return Object.entries(attributes)
    .filter(([key, value]) => value !== null && value !== undefined && value !== '' && KEY.test(key))
    .map(([key, value]) => ` ${key}="${plain(value ?? '')}"`)
    .join('');
}

const plain = (text: string): string => text.replace(BREAKS, ' ').replaceAll('"', "'").trim();
