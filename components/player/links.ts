/** Signed addresses (contracts.md §9): the signature is of the resource, so one pair fits all its playlists and segments. */

const RENEW_AT = 0.8;
const MIN_LIFE_MS = 10_000;

/** `expires` of an address in milliseconds; null when it has none or never ends (0). */
export const expiryOf = (address: string): number | null => {
  const seconds = Number(new URLSearchParams(address.split('?')[1] ?? '').get('expires'));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
};

/** How long to wait before asking for fresh links: 80 % of their life; null = never. */
export const renewDelayMs = (
  links: { hls: string | null; mp4?: string | null | undefined; expiresAt?: string | null | undefined },
  nowMs: number,
): number | null => {
  const stated = links.expiresAt ? Date.parse(links.expiresAt) : Number.NaN;
  const end = Number.isNaN(stated) ? expiryOf(links.hls ?? links.mp4 ?? '') : stated;
  if (end === null) return null;
  return Math.max(MIN_LIFE_MS, (end - nowMs) * RENEW_AT);
};

/**
 * The same address with the signature of a fresh link, so that a running playback goes on without loading its
 * playlists again. Addresses without a signature stay as they are.
 */
export const resign = (address: string, fresh: string | null): string => {
  const newQuery = new URLSearchParams(fresh?.split('?')[1] ?? '');
  const expires = newQuery.get('expires');
  const sig = newQuery.get('sig');
  const [path = '', query = ''] = address.split('?');
  const params = new URLSearchParams(query);
  if (expires === null || sig === null || !params.has('sig')) return address;
  params.set('expires', expires);
  params.set('sig', sig);
  return `${path}?${params}`;
};
