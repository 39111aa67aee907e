import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { type AddressRule, parseAddressRules } from '../core/address-rules.ts';

const ids = new WeakMap<IncomingMessage, string>();

/** The id that stands in the answer's X-Request-Id, in errors and in the log. */
export function requestId(req: IncomingMessage): string {
  const known = ids.get(req);
  if (known) return known;
  const made = randomUUID().slice(0, 13);
  ids.set(req, made);
  return made;
}

/** Path and query of a request, parsed once; null when the target is not an absolute path (RFC 9112 §3.2.1). */
export function targetOf(req: IncomingMessage): { pathname: string; search: URLSearchParams } | null {
  const target = req.url ?? '';
  if (!target.startsWith('/')) return null;
  const mark = target.indexOf('?');
  const pathname = mark < 0 ? target : target.slice(0, mark);
  return { pathname, search: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)) };
}

export type Peer = {
  /** Address of the client; behind a trusted proxy the one it names. */
  address(req: IncomingMessage): string;
  /** `https` or `http`, as the client sees it. */
  protocol(req: IncomingMessage): 'http' | 'https';
  /** Host and port as the client wrote them. */
  host(req: IncomingMessage): string;
  /** Scheme, host and port that addresses in answers begin with. */
  origin(req: IncomingMessage): string;
};

type Options = { trustProxy: string; publicUrl: string | null };

/** Reads X-Forwarded-* only from the proxies of TRUST_PROXY (contracts.md §9). */
export function createPeer({ trustProxy, publicUrl }: Options): Peer {
  const trusted = blockList(parseAddressRules(trustProxy) ?? []);
  const isTrusted = (req: IncomingMessage) => {
    const address = plain(req.socket.remoteAddress ?? '');
    return isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  };
  const forwarded = (req: IncomingMessage, name: string): string | undefined => {
    if (!isTrusted(req)) return undefined;
    const value = req.headers[name];
    return (Array.isArray(value) ? value[0] : value)?.split(',')[0]?.trim() || undefined;
  };
  const peer: Peer = {
    address: (req) => {
      const named = forwarded(req, 'x-forwarded-for');
      return named && isIP(named) !== 0 ? named : plain(req.socket.remoteAddress ?? '');
    },
    protocol: (req) => (forwarded(req, 'x-forwarded-proto') === 'https' ? 'https' : 'http'),
    host: (req) => forwarded(req, 'x-forwarded-host') ?? req.headers.host ?? 'localhost',
    origin: (req) => (publicUrl ? new URL(publicUrl).origin : `${peer.protocol(req)}://${peer.host(req)}`),
  };
  return peer;
}

/** Host must be that of PUBLIC_URL, an IP address or localhost: a foreign name is DNS rebinding (contracts.md §9). */
export function isAllowedHost(host: string | undefined, publicUrl: string | null): boolean {
  if (host === undefined) return true; // HTTP/1.0 without Host
  if (!/^[\w.:[\]-]{1,255}$/.test(host)) return false;
  const name = host
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0) return true;
  return publicUrl !== null && new URL(publicUrl).hostname.toLowerCase() === name;
}

const plain = (address: string): string => address.replace(/^::ffff:(?=\d)/, '');

function blockList(rules: AddressRule[]): BlockList {
  const list = new BlockList();
  for (const rule of rules)
    list.addSubnet(rule.network, rule.prefix, isIP(rule.network) === 6 ? 'ipv6' : 'ipv4');
  return list;
}
