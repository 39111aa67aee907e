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
  /** Host and port as the client wrote them, in small letters. */
  host(req: IncomingMessage): string;
  /** Scheme, host and port that addresses in answers begin with. */
  origin(req: IncomingMessage): string;
};

type Options = { trustProxy: string; publicUrl: string | null };

const HOST = /^[\w.:[\]-]{1,255}$/;

/** Reads X-Forwarded-* only from the proxies of TRUST_PROXY (contracts.md §9). */
export function createPeer({ trustProxy, publicUrl }: Options): Peer {
  const trusted = blockList(parseAddressRules(trustProxy) ?? []);
  const isTrusted = (address: string) =>
    isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  const socketAddress = (req: IncomingMessage) => plain(req.socket.remoteAddress ?? '');
  const forwarded = (req: IncomingMessage, name: string): string[] =>
    isTrusted(socketAddress(req)) ? String(req.headers[name] ?? '').split(',') : [];
  const first = (req: IncomingMessage, name: string) => forwarded(req, name)[0]?.trim();
  const peer: Peer = {
    // From the nearest proxy outwards: what stands before the first stranger was written by the stranger.
    address: (req) => {
      let address = socketAddress(req);
      for (const named of forwarded(req, 'x-forwarded-for').reverse()) {
        const next = plain(named.trim());
        if (isIP(next) === 0 || !isTrusted(address)) break;
        address = next;
      }
      return address;
    },
    protocol: (req) => (first(req, 'x-forwarded-proto') === 'https' ? 'https' : 'http'),
    host: (req) => {
      const named = first(req, 'x-forwarded-host');
      const host = named && HOST.test(named) ? named : (req.headers.host ?? 'localhost');
      return host.toLowerCase();
    },
    origin: (req) => (publicUrl ? new URL(publicUrl).origin : `${peer.protocol(req)}://${peer.host(req)}`),
  };
  return peer;
}

/** Host must be that of PUBLIC_URL, an IP address or localhost: a foreign name is DNS rebinding (contracts.md §9). */
export function isAllowedHost(host: string | undefined, publicUrl: string | null): boolean {
  if (host === undefined) return true; // HTTP/1.0 without Host
  if (!HOST.test(host)) return false;
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
