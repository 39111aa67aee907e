import { and, eq, isNull, lt, or } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import { apiToken, line, session, user } from '../../drizzle/schema/auth.ts';
import { type Role, roleAtLeast } from '../../lib/contract/roles.ts';
import { messageOf } from '../core/errors.ts';
import { singleFlight } from '../core/single-flight.ts';
import { ACCESS_CACHE_MS, type AuthPorts } from './ports.ts';

/** A person behind a live session, line or token; `role` is what this way in allows. */
export type Principal = { userId: string; name: string; email: string; role: Role };
export type SessionPrincipal = Principal & { sessionId: string; expiresAt: number };
export type LinePrincipal = Principal & { lineId: string; maxConnections: number | null };
export type TokenPrincipal = Principal & { tokenId: string };

export type Principals = {
  sessionById(id: string): Promise<SessionPrincipal | null>;
  sessionByToken(token: string): Promise<SessionPrincipal | null>;
  lineById(id: string): Promise<LinePrincipal | null>;
  lineByHash(hash: string): Promise<LinePrincipal | null>;
  tokenById(id: string): Promise<TokenPrincipal | null>;
  tokenByHash(hash: string): Promise<TokenPrincipal | null>;
  close(): void;
};

const CACHED = 20_000;
const SEEN_EVERY_MS = 60_000;

type Ports = Pick<AuthPorts, 'db' | 'events' | 'clock' | 'log'>;

/** Who is behind a credential: cached for a minute at most, forgotten at once when anything about access changes. */
export function createPrincipals(ports: Ports): Principals {
  const { db, clock } = ports;
  const { cached, close } = createCache(ports);
  const person = { userId: user.id, name: user.name, email: user.email, role: user.role };
  const enabled = eq(user.disabled, false);

  const sessions = async (where: ReturnType<typeof eq>): Promise<SessionPrincipal | null> => {
    const [row] = await db
      .select({ ...person, sessionId: session.id, ends: session.expiresAt })
      .from(session)
      .innerJoin(user, and(eq(user.id, session.userId), enabled))
      .where(where);
    if (!row) return null;
    const { ends, ...principal } = row;
    return { ...principal, expiresAt: ends.getTime() };
  };
  const lines = async (where: ReturnType<typeof eq>): Promise<LinePrincipal | null> => {
    const [row] = await db
      .select({ ...person, lineId: line.id, maxConnections: line.maxConnections })
      .from(line)
      .innerJoin(user, and(eq(user.id, line.userId), enabled))
      .where(where);
    return row ?? null;
  };
  const tokens = async (where: ReturnType<typeof eq>): Promise<TokenPrincipal | null> => {
    const [row] = await db
      .select({ ...person, tokenId: apiToken.id, tokenRole: apiToken.role })
      .from(apiToken)
      .innerJoin(user, and(eq(user.id, apiToken.userId), enabled))
      .where(where);
    if (!row) return null;
    const { tokenRole, ...principal } = row;
    // A maker who lost rights takes them from his tokens too.
    return { ...principal, role: roleAtLeast(principal.role, tokenRole) ? tokenRole : principal.role };
  };
  const live = (found: SessionPrincipal | null) => (found && found.expiresAt > clock.now() ? found : null);

  return {
    sessionById: async (id) => live(await cached(`s:${id}`, () => sessions(eq(session.id, id)))),
    sessionByToken: async (token) =>
      live(await cached(`c:${token}`, () => sessions(eq(session.token, token)))),
    lineById: (id) => cached(`l:${id}`, () => lines(eq(line.id, id))),
    lineByHash: (hash) => cached(`lh:${hash}`, () => lines(eq(line.hash, hash))),
    tokenById: (id) => cached(`a:${id}`, () => tokens(eq(apiToken.id, id))),
    tokenByHash: (hash) => cached(`ah:${hash}`, () => tokens(eq(apiToken.hash, hash))),
    close,
  };
}

type AnyPrincipal = SessionPrincipal | LinePrincipal | TokenPrincipal;

function createCache({ db, events, clock, log }: Ports) {
  const known = new LRUCache<string, AnyPrincipal>({
    max: CACHED,
    ttl: ACCESS_CACHE_MS,
    ttlResolution: 0,
    perf: { now: () => clock.monotonicMs() },
  });
  const once = singleFlight<AnyPrincipal | null>();
  let epoch = 0;
  const unsubscribe = events.on('access.changed', () => {
    epoch += 1;
    known.clear();
  });

  /** What is not found is not remembered: nobody fills the cache by guessing. */
  const load = async (
    key: string,
    read: () => Promise<AnyPrincipal | null>,
  ): Promise<AnyPrincipal | null> => {
    const began = epoch;
    const found = await read();
    if (!found) return null;
    if (began === epoch) known.set(key, found);
    markSeen(found).catch((error) => log.warn({ error: messageOf(error) }, 'last use could not be written'));
    return found;
  };

  /** Written when a principal enters the cache, and at most once a minute. */
  async function markSeen(found: AnyPrincipal): Promise<void> {
    const at = new Date(clock.now());
    const before = new Date(clock.now() - SEEN_EVERY_MS);
    const stale = or(isNull(user.lastSeenAt), lt(user.lastSeenAt, before));
    await db
      .update(user)
      .set({ lastSeenAt: at })
      .where(and(eq(user.id, found.userId), stale));
    if (!('tokenId' in found)) return;
    const unused = or(isNull(apiToken.lastUsedAt), lt(apiToken.lastUsedAt, before));
    await db
      .update(apiToken)
      .set({ lastUsedAt: at })
      .where(and(eq(apiToken.id, found.tokenId), unused));
  }

  return {
    async cached<P extends AnyPrincipal>(key: string, read: () => Promise<P | null>): Promise<P | null> {
      // Each kind of key is only ever stored with its own kind of principal.
      const hit = known.get(key) as P | undefined;
      return hit ?? ((await once(`${epoch}|${key}`, () => load(key, read))) as P | null);
    },
    close: unsubscribe,
  };
}
