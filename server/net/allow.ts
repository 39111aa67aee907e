import ipaddr from 'ipaddr.js';
import type { AddressRule } from '../core/address-rules.ts';
import { type Address, kindOf, parseAddress } from './ranges.ts';

/**
 * Does a rule of ALLOW_SOURCES open this address and port (contracts.md §7)? A wide rule such as 0.0.0.0/0 never
 * opens loopback: that needs an entry of its own with a port. Link-local is refused always.
 */
export function isAllowed(rules: readonly AddressRule[], address: Address, port: number): boolean {
  return rules.some((rule) => opens(rule, address, port));
}

/** True when an entry names exactly this port, which also opens ports that are otherwise refused as non-HTTP. */
export function isAllowedByPort(rules: readonly AddressRule[], address: Address, port: number): boolean {
  return rules.some((rule) => rule.port !== null && opens(rule, address, port));
}

function opens(rule: AddressRule, address: Address, port: number): boolean {
  if (rule.port !== null && rule.port !== port) return false;
  const network = parseAddress(rule.network);
  if (!network) return false;
  const kind = kindOf(address);
  if (kind === 'linkLocal') return false;
  if (kind === 'loopback' && (rule.port === null || kindOf(network) !== 'loopback')) return false;
  if (address instanceof ipaddr.IPv4 && network instanceof ipaddr.IPv4) {
    return address.match(network, rule.prefix);
  }
  return (
    address instanceof ipaddr.IPv6 && network instanceof ipaddr.IPv6 && address.match(network, rule.prefix)
  );
}
