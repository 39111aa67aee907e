import ipaddr from 'ipaddr.js';

/** A parsed address; IPv4-mapped IPv6 addresses have become the IPv4 address they stand for. */
export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Which part of the address space an address is in; only `public` is reachable without an allow entry. */
export type AddressKind = 'public' | 'loopback' | 'linkLocal' | 'private' | 'reserved';

const PRIVATE = new Set<string>(['private', 'uniqueLocal', 'carrierGradeNat', 'deprecatedSiteLocal']);

/** Parses an IP literal with or without brackets; null when the text is a name or anything else. */
export function parseAddress(text: string): Address | null {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  const withoutZone = bare.split('%', 1)[0] ?? '';
  if (ipaddr.IPv4.isValidFourPartDecimal(withoutZone)) return ipaddr.IPv4.parse(withoutZone);
  if (!withoutZone.includes(':') || !ipaddr.IPv6.isValid(withoutZone)) return null;
  const parsed = ipaddr.IPv6.parse(withoutZone);
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed;
}

/** Sorts an address into its kind; what is not clearly global unicast counts as reserved (IANA special registries). */
export function kindOf(address: Address): AddressKind {
  const range = address.range();
  if (range === 'loopback') return 'loopback';
  if (range === 'linkLocal') return 'linkLocal';
  if (PRIVATE.has(range)) return 'private';
  if (range !== 'unicast') return 'reserved';
  // Global unicast IPv6 is 2000::/3 (RFC 4291 §2.4); ::127.0.0.1 and other leftovers are outside of it.
  if (address instanceof ipaddr.IPv6 && ((address.parts[0] ?? 0) & 0xe000) !== 0x2000) return 'reserved';
  return 'public';
}
