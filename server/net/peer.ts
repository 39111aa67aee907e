import { isAllowed } from './allow.ts';
import type { ConnectorOptions, Dialer } from './connect.ts';
import { stripBrackets } from './connect.ts';
import { failure } from './failure.ts';

/** Another end that a program of ours talks to by itself; with `listen` it waits there for what others send. */
export type Peer = { readonly host: string; readonly port: number; readonly listen: boolean };

/** An IP literal (without brackets) that passed the guard, so that nobody resolves the name a second time. */
export type CheckedPeer = { readonly address: string; readonly port: number };

const ANYWHERE = '0.0.0.0';

/**
 * Resolves a name once and checks every address it has, like a connection. Listening and groups of receivers
 * (multicast) need an entry in ALLOW_SOURCES, public addresses too (contracts.md §7). Throws ADDRESS_BLOCKED or
 * ADDRESS_UNRESOLVED.
 */
export async function resolvePeer(
  { host, port, listen }: Peer,
  dialer: Dialer,
  { rules, log, now }: ConnectorOptions,
): Promise<CheckedPeer> {
  const name = stripBrackets(host) || ANYWHERE;
  const target = { host: name, port, secure: false, servername: undefined };
  const [address] = await dialer.resolve(target);
  if (!address) throw failure('ADDRESS_UNRESOLVED', name, 'its name has no usable address');
  const line = { host: name, address: address.toString(), port, at: now() };
  if (listen && !isAllowed(rules, address, port)) {
    log.add({ ...line, result: 'blocked' });
    throw failure('ADDRESS_BLOCKED', name, 'listening there is not allowed');
  }
  log.add({ ...line, result: 'handed-over' });
  return { address: address.toString(), port };
}
