import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../core/errors.ts';
import type { OriginRules } from '../http/origin.ts';
import { type ApiTokens, createApiTokens } from './api-tokens.ts';
import { createAttempts } from './attempts.ts';
import { ADDRESS_HEADER, type AuthEngine, createEngine, REFRESH_AFTER_MS, SESSION_MS } from './engine.ts';
import { sweepExpired } from './expired.ts';
import { createAuthHandler } from './handler.ts';
import { createIdentify, type Identity } from './identify.ts';
import { createLines, type Lines } from './lines.ts';
import { createMediaAccess, lineTokenIn, type MediaIdentity, type MediaRules } from './media-access.ts';
import { createMediaSigner, type MediaGrant, type MediaResource } from './media-signature.ts';
import { bringsMetricsToken } from './metrics-token.ts';
import { hashToken } from './opaque-token.ts';
import { isOwnPage } from './own-page.ts';
import type { AuthPorts } from './ports.ts';
import { createPrincipals, type LinePrincipal } from './principals.ts';
import { createCookieReader } from './session-cookie.ts';
import { createSetup, type Setup } from './setup.ts';
import { renameStation, stationName } from './station.ts';
import { createUsers, type Users } from './users.ts';

export type { Identity } from './identify.ts';
export type { MediaIdentity, MediaRules } from './media-access.ts';
export type { MediaResource } from './media-signature.ts';
export type { AuthPorts } from './ports.ts';
export type { LinePrincipal } from './principals.ts';
export type { Setup } from './setup.ts';

/** Accounts and access, as the rest of the server sees them. */
export type Auth = Users &
  ApiTokens &
  Lines & {
    setup: Setup;
    /** Answers `/api/auth/**`; false for other addresses. */
    handleAuth(req: IncomingMessage, res: ServerResponse): Promise<boolean>;
    identify(req: IncomingMessage): Promise<Identity | null>;
    /** Signs in and answers the Set-Cookie headers; for the end of the setup. */
    signIn(who: { email: string; password: string }, address: string): Promise<string[]>;
    /** Lengthens a session that is in use, at most once a day; answers the Set-Cookie headers. */
    refreshSession(req: IncomingMessage): Promise<string[]>;
    /** True for admins and for the bearer of METRICS_TOKEN. */
    mayReadMetrics(req: IncomingMessage): Promise<boolean>;
    /** Proves the right to a resource or throws UNAUTHENTICATED, FORBIDDEN or LINK_INVALID. */
    mediaAccess(
      req: IncomingMessage,
      media: MediaResource | null,
      rules?: MediaRules,
    ): Promise<MediaIdentity>;
    /** `expires=…&sig=…` of a resource for exactly this grant. */
    signMedia(resource: MediaResource, grant: MediaGrant): string;
    /** The same for somebody who is signed in, as long as MEDIA_URL_TTL says. */
    mediaLink(resource: MediaResource, who: Pick<Identity, 'kind' | 'sessionId' | 'tokenId'>): string;
    /** The same for a line: it ends when the line is renewed. */
    lineLink(resource: MediaResource, lineId: string): string;
    /** The line whose token stands in a query as `token=` or `line=`; null without one, LINK_INVALID when it is not valid. */
    lineIn(query: string): Promise<LinePrincipal | null>;
    stationName(): Promise<string>;
    renameStation(name: string): Promise<void>;
    close(): void;
  };

/** Builds accounts and access; makes the configured first admin when there are no users. */
export async function createAuth(ports: AuthPorts): Promise<Auth> {
  const { db, config, secrets, clock, log } = ports;
  const { publicUrl, allowedOrigins, streamAccess, metricsToken } = config.values;
  const origins: OriginRules = { peer: ports.peer, publicUrl, allowedOrigins };
  const attempts = createAttempts(() => clock.now());
  const engine = createEngine({ ...ports, attempts });
  const principals = createPrincipals(ports);
  const tokenKey = secrets.key('tokens-v1');
  const cookieName = (await engine.$context).authCookies.sessionToken.name;
  const readCookie = createCookieReader({ name: cookieName, secret: secrets.text('session') });
  const identify = createIdentify({ principals, tokenKey, readCookie });
  const signer = createMediaSigner({ key: secrets.key('media-v1'), now: () => clock.now() });
  const linkEnd = () => roundedEnd(clock.now(), ports.settings.get('mediaUrlTtlSeconds'));
  const setup = createSetup({ ...ports, attempts });
  const stopSweeping = sweepExpired(ports);
  if (await setup.createConfiguredAdmin()) log.info('the first admin was made from ADMIN_EMAIL');

  return {
    ...createUsers(ports),
    ...createApiTokens({ ...ports, tokenKey }),
    ...createLines({ ...ports, tokenKey }),
    setup,
    handleAuth: createAuthHandler({ engine, origins, peer: ports.peer, log }),
    identify: identify.identify,
    signIn: (who, address) => signIn(engine, who, address),
    async refreshSession(req) {
      const session = await identify.bySession(req);
      const unusedMs = SESSION_MS - REFRESH_AFTER_MS;
      return session && session.expiresAt - clock.now() < unusedMs ? refresh(engine, req) : [];
    },
    mayReadMetrics: async (req) =>
      bringsMetricsToken(req, metricsToken) || (await identify.identify(req))?.role === 'admin',
    mediaAccess: createMediaAccess({
      signer,
      principals,
      identify,
      tokenKey,
      streamAccess,
      isOwnPage: (req) => isOwnPage(req, origins),
      linkEnd,
    }),
    signMedia: signer.sign,
    mediaLink: (resource, who) => {
      const sub = who.kind === 'session' ? (`s:${who.sessionId}` as const) : (`a:${who.tokenId}` as const);
      return signer.sign(resource, { sub, expiresAtSeconds: linkEnd() });
    },
    lineLink: (resource, lineId) => signer.sign(resource, { sub: `l:${lineId}`, expiresAtSeconds: 0 }),
    async lineIn(query) {
      const token = lineTokenIn(query);
      if (token === null) return null;
      const line = await principals.lineByHash(hashToken(tokenKey, 'line', token));
      if (!line) throw new AppError('LINK_INVALID');
      return line;
    },
    stationName: () => stationName(db),
    renameStation: (name) => renameStation(db, name),
    close() {
      stopSweeping();
      principals.close();
    },
  };
}

/** Ends fall on full steps (a sixtieth of the lifetime), so that the same playlist asked for twice is the same text. */
function roundedEnd(nowMs: number, lifeSeconds: number): number {
  const step = Math.max(1, Math.floor(lifeSeconds / 60));
  return Math.ceil((nowMs / 1000 + lifeSeconds) / step) * step;
}

async function signIn(
  engine: AuthEngine,
  body: { email: string; password: string },
  address: string,
): Promise<string[]> {
  const headers = new Headers({ [ADDRESS_HEADER]: address });
  const answer = await engine.api.signInEmail({ body, headers, returnHeaders: true });
  return answer.headers.getSetCookie();
}

async function refresh(engine: AuthEngine, req: IncomingMessage): Promise<string[]> {
  const headers = new Headers({ cookie: req.headers.cookie ?? '' });
  return (await engine.api.getSession({ headers, returnHeaders: true })).headers.getSetCookie();
}
