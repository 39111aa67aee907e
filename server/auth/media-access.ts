import type { KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Role } from '../../lib/contract/roles.ts';
import { AppError, isAppError } from '../core/errors.ts';
import type { Identify } from './identify.ts';
import type { MediaGrant, MediaResource, MediaSigner, MediaSub } from './media-signature.ts';
import { hashToken, isLineToken } from './opaque-token.ts';
import type { LinePrincipal, Principal, Principals } from './principals.ts';

/** Who may see a video: `private` its owner and admins, `members` everybody with an account, `link` holders of a share link too. */
export type MediaRules = { visibility: string; ownerId: string | null };

/** Who watches, and how every further address of the same resource has to be signed. */
export type MediaIdentity = {
  via: 'signature' | 'line' | 'token' | 'cookie' | 'public';
  sub: MediaSub;
  userId: string | null;
  role: Role | null;
  /** How many streams this line may have at once; null without a limit. */
  maxConnections: number | null;
  /** `expires=…&sig=…` to append to every address in a playlist; empty when nothing needs to be signed. */
  query: string;
  /** 0 for links that last until their line is renewed, and for public access. */
  expiresAtSeconds: number;
};

type Options = {
  signer: MediaSigner;
  principals: Principals;
  identify: Identify;
  tokenKey: KeyObject;
  streamAccess: 'signed' | 'public';
  /** True when no other site caused the request. */
  isOwnPage: (req: IncomingMessage) => boolean;
  /** When a link that is made now for a session or a token ends. */
  linkEnd: () => number;
};

type Way = { via: MediaIdentity['via']; sub: MediaSub; person: Principal | null; grant: MediaGrant | null };

/** No signature fits it. */
const NOWHERE: MediaResource = { kind: 'video', id: '' };

const PUBLIC: MediaIdentity = {
  via: 'public',
  sub: '-',
  userId: null,
  role: null,
  maxConnections: null,
  query: '',
  expiresAtSeconds: 0,
};

/**
 * The one judge of media requests (contracts.md §9): signature, line, bearer token, panel cookie of the same origin, in
 * this order; the first one that is there decides. Private videos stay private when STREAM_ACCESS is public. Without a
 * resource it only tells whether somebody may see anything, so that strangers do not learn what exists.
 */
export function createMediaAccess(options: Options) {
  const { signer, streamAccess } = options;
  return async (
    req: IncomingMessage,
    media: MediaResource | null,
    rules?: MediaRules,
  ): Promise<MediaIdentity> => {
    try {
      const query = queryOf(req);
      const way =
        (await bySignature(options, req, media, query)) ??
        (await byLine(options, query)) ??
        (await byBearer(options, req)) ??
        (await byCookie(options, req));
      if (!way) throw new AppError('UNAUTHENTICATED');
      if (rules) requireVisible(rules, way);
      return identityOf(signer, media, way, options.linkEnd());
    } catch (error) {
      const open = streamAccess === 'public' && rules?.visibility !== 'private';
      if (open && isAppError(error) && error.status < 500) return PUBLIC;
      throw error;
    }
  };
}

const queryOf = (req: IncomingMessage): string => {
  const target = req.url ?? '';
  const mark = target.indexOf('?');
  return mark < 0 ? '' : target.slice(mark + 1);
};

async function bySignature(
  options: Options,
  req: IncomingMessage,
  media: MediaResource | null,
  query: string,
): Promise<Way | null> {
  const grant = options.signer.verify(media ?? NOWHERE, query);
  if (!grant) return null;
  const { sub } = grant;
  if (sub === '-') return { via: 'signature', sub, person: null, grant };
  const person = await personOf(options.principals, sub);
  if (!person) throw new AppError('LINK_INVALID');
  if (sub.startsWith('s:')) {
    const present = await options.identify.bySession(req);
    if (present && present.userId !== person.userId) throw new AppError('LINK_INVALID');
  }
  return { via: 'signature', sub, person, grant };
}

/** The person a link was made for; null when his session, line or token has ended, which ends the link. */
function personOf(principals: Principals, sub: MediaSub): Promise<Principal | null> {
  const id = sub.slice(2);
  if (sub.startsWith('s:')) return principals.sessionById(id);
  return sub.startsWith('l:') ? principals.lineById(id) : principals.tokenById(id);
}

async function byLine({ principals, tokenKey }: Options, query: string): Promise<Way | null> {
  const given = lineTokenIn(query);
  if (given === null) return null;
  const line = await principals.lineByHash(hashToken(tokenKey, 'line', given));
  if (!line) throw new AppError('LINK_INVALID');
  return { via: 'line', sub: `l:${line.lineId}`, person: line, grant: null };
}

/** The line's token in `token=` or `line=`; null when there is none, LINK_INVALID when it cannot be one. */
export function lineTokenIn(query: string): string | null {
  const search = new URLSearchParams(query);
  const given = [...search.getAll('token'), ...search.getAll('line')];
  const [token] = given;
  if (token === undefined) return null;
  if (given.length > 1 || !isLineToken(token)) throw new AppError('LINK_INVALID');
  return token;
}

async function byBearer({ identify }: Options, req: IncomingMessage): Promise<Way | null> {
  const bearer = identify.byBearer(req);
  if (bearer === undefined) return null;
  const token = await bearer;
  if (!token) throw new AppError('UNAUTHENTICATED');
  return { via: 'token', sub: `a:${token.tokenId}`, person: token, grant: null };
}

async function byCookie({ identify, isOwnPage }: Options, req: IncomingMessage): Promise<Way | null> {
  if (req.headers.cookie === undefined || !isOwnPage(req)) return null;
  const session = await identify.bySession(req);
  return session && { via: 'cookie', sub: `s:${session.sessionId}`, person: session, grant: null };
}

function requireVisible({ visibility, ownerId }: MediaRules, { via, person }: Way): void {
  const isOwner = person !== null && person.userId === ownerId;
  const mayWatch =
    person === null ? visibility === 'link' : visibility !== 'private' || isOwner || person.role === 'admin';
  if (!mayWatch) throw new AppError(via === 'signature' || via === 'line' ? 'LINK_INVALID' : 'FORBIDDEN');
}

function identityOf(
  signer: MediaSigner,
  media: MediaResource | null,
  way: Way,
  linkEnd: number,
): MediaIdentity {
  const { via, sub, person } = way;
  const expiresAtSeconds = way.grant?.expiresAtSeconds ?? (sub.startsWith('l:') ? 0 : linkEnd);
  return {
    via,
    sub,
    userId: person?.userId ?? null,
    role: person?.role ?? null,
    maxConnections: (person as LinePrincipal | null)?.maxConnections ?? null,
    query: media ? signer.sign(media, { sub, expiresAtSeconds }) : '',
    expiresAtSeconds,
  };
}
