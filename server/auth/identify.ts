import type { KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Role } from '../../lib/contract/roles.ts';
import { hashToken, isApiToken } from './opaque-token.ts';
import type { Principals, SessionPrincipal, TokenPrincipal } from './principals.ts';

/** Who makes a request to the panel or the API. */
export type Identity = {
  kind: 'session' | 'token';
  userId: string;
  sessionId?: string;
  tokenId?: string;
  role: Role;
  name: string;
  email: string;
};

export type Identify = {
  /** The person behind the session cookie or the API token; null for everybody else. */
  identify(req: IncomingMessage): Promise<Identity | null>;
  /** The person behind the session cookie alone. */
  bySession(req: IncomingMessage): Promise<SessionPrincipal | null>;
  /** The token of an Authorization header, with its owner or null; undefined when there is no bearer token. */
  byBearer(req: IncomingMessage): Promise<TokenPrincipal | null> | undefined;
};

type Options = {
  principals: Principals;
  tokenKey: KeyObject;
  readCookie: (header: string | undefined) => string | null;
};

/** A bearer token decides alone: a wrong one is not made good by a cookie beside it. */
export function createIdentify({ principals, tokenKey, readCookie }: Options): Identify {
  const bySession = async (req: IncomingMessage) => {
    const token = readCookie(req.headers.cookie);
    return token === null ? null : principals.sessionByToken(token);
  };
  const byBearer = (req: IncomingMessage) => {
    const token = bearerOf(req);
    if (token === undefined) return undefined;
    return isApiToken(token)
      ? principals.tokenByHash(hashToken(tokenKey, 'api', token))
      : Promise.resolve(null);
  };
  return {
    bySession,
    byBearer,
    async identify(req) {
      const bearer = byBearer(req);
      if (bearer !== undefined) {
        const found = await bearer;
        return found && { kind: 'token', ...found };
      }
      const found = await bySession(req);
      if (!found) return null;
      const { expiresAt: _expiresAt, ...who } = found;
      return { kind: 'session', ...who };
    },
  };
}

/** The credentials of `Authorization: Bearer …` (RFC 6750 §2.1); undefined when there are none. */
export const bearerOf = (req: IncomingMessage): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(req.headers.authorization ?? '')?.[1];
