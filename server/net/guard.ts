import { networkInterfaces } from 'node:os';
import type { AddressRule } from '../core/address-rules.ts';
import { isAllowed, isAllowedByPort } from './allow.ts';
import { type Address, type AddressKind, kindOf, parseAddress } from './ranges.ts';

/** Why a connection is refused before it is opened, as a sentence for the admin. */
export type Refusal = { readonly reason: string };

/** What is never reached, whatever ALLOW_SOURCES says. */
export type NeverReach = {
  /** Ports this server listens on; refused on loopback and on every address of this machine. */
  readonly ownPorts: () => readonly number[];
  /** Services of ours elsewhere (the database, Redis), by name or address. */
  readonly services: () => readonly { readonly host: string; readonly port: number }[];
};

/** Ports that speak something else than HTTP (fetch standard "bad ports", plus databases). */
const OTHER_PROTOCOLS = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
  109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 138, 139, 143, 161, 162, 179, 389, 427, 445, 465, 512,
  513, 514, 515, 526, 530, 531, 532, 540, 548, 556, 563, 587, 601, 636, 873, 989, 990, 993, 995, 1433, 1521,
  1719, 1720, 1723, 2049, 2375, 2376, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5433, 5900, 6000, 6379,
  6380, 6566, 6697, 9042, 10080, 11211, 27017,
]);

const KIND_SENTENCE: Record<Exclude<AddressKind, 'public'>, string> = {
  loopback: 'it points to this machine itself',
  linkLocal: 'it points to a link-local address, which is never allowed',
  private: 'it points to a private network',
  reserved: 'it points to a reserved address range',
};

/** Decides per resolved address; the same decision is made for every hop of a redirect. */
export function refusalOf(
  address: Address,
  port: number,
  rules: readonly AddressRule[],
  never: NeverReach,
  serviceAddresses: ReadonlySet<string>,
): Refusal | null {
  const kind = kindOf(address);
  if (serviceAddresses.has(address.toString())) return { reason: 'it is a service of this installation' };
  if (never.ownPorts().includes(port) && isThisMachine(address, kind)) {
    return { reason: 'it is a port of this server itself' };
  }
  if (OTHER_PROTOCOLS.has(port) && !isAllowedByPort(rules, address, port)) {
    return { reason: `port ${port} is not used for media` };
  }
  if (kind === 'public' || isAllowed(rules, address, port)) return null;
  return { reason: KIND_SENTENCE[kind] };
}

function isThisMachine(address: Address, kind: AddressKind): boolean {
  if (kind === 'loopback' || address.range() === 'unspecified') return true;
  const wanted = address.toString();
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some((entry) => parseAddress(entry.address)?.toString() === wanted),
  );
}
