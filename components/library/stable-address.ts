import { expiryOf } from '../player/links.ts';

const MIN_LEFT_MS = 15 * 60_000;
const known = new Map<string, string>();

/**
 * The same address for the same picture as long as its signature lives: lists come with new signatures all the time,
 * and every new address would be loaded again.
 */
export const stableAddress = (address: string | null, nowMs: number): string | null => {
  if (address === null) return null;
  const [path = address, query] = address.split('?');
  // Another picture of the same video has another version.
  const key = `${path} ${new URLSearchParams(query).get('v') ?? ''}`;
  const before = known.get(key);
  const end = before === undefined ? null : expiryOf(before);
  if (before !== undefined && (end === null || end - nowMs > MIN_LEFT_MS)) return before;
  known.set(key, address);
  return address;
};
