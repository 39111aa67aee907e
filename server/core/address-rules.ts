import { isIP } from 'node:net';

/** One allowed range: a network, its prefix length, and a port or null for all. */
export type AddressRule = { readonly network: string; readonly prefix: number; readonly port: number | null };

const RULE = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9a-fA-F:.]+?))(?:\/(\d{1,3}))?(?::(\d{1,5}))?$/;

function parseRule(text: string): AddressRule | null {
  if (isIP(text) !== 0 && !text.includes('%'))
    return { network: text, prefix: isIP(text) === 4 ? 32 : 128, port: null };
  const match = RULE.exec(text);
  if (!match) return null;
  const network = match[1] ?? match[2] ?? '';
  const family = isIP(network);
  const bracketed = match[1] !== undefined;
  if (family === 0 || (family === 4 && bracketed)) return null;
  if (family === 6 && match[4] !== undefined && !bracketed) return null;
  const widest = family === 4 ? 32 : 128;
  const prefix = match[3] === undefined ? widest : Number(match[3]);
  const port = match[4] === undefined ? null : Number(match[4]);
  if (prefix > widest || (port !== null && (port < 1 || port > 65_535))) return null;
  return { network, prefix, port };
}

/** Reads a list such as `10.0.0.0/8, 127.0.0.1/32:19000, [fd00::]/8:8080` (contracts.md §7); null when an item is wrong. */
export function parseAddressRules(text: string): AddressRule[] | null {
  const rules: AddressRule[] = [];
  for (const item of text.split(/[\s,]+/).filter(Boolean)) {
    const rule = parseRule(item);
    if (!rule) return null;
    rules.push(rule);
  }
  return rules;
}

export const isAddressRules = (text: string): boolean => parseAddressRules(text) !== null;
