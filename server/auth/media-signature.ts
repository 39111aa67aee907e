import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { AppError } from '../core/errors.ts';
import { isUuid } from '../core/ids.ts';

/** What a media link opens: everything under one channel or one video. */
export type MediaResource = { kind: 'channel' | 'video'; id: string };
/** For whom a link was made: a panel session, a line, an API token, or nobody in particular (a share link). */
export type MediaSub = `s:${string}` | `l:${string}` | `a:${string}` | '-';
export type MediaGrant = { sub: MediaSub; expiresAtSeconds: number };

export type MediaSigner = {
  /** The query `expires=…&sig=…` that opens the resource; `expiresAtSeconds` 0 is for lines only. */
  sign(resource: MediaResource, grant: MediaGrant): string;
  /** What the query of a request grants: null when it has no signature; throws LINK_INVALID when it has a wrong one. */
  verify(resource: MediaResource, query: string): MediaGrant | null;
};

const KEY_ID = 'v1';
const CACHED_LINKS = 20_000;
const EXPIRES = /^(?:0|[1-9]\d{0,10})$/;
const SIGNATURE = /^([a-z0-9]{1,8})\.(-|[sla]:[0-9a-f-]{36})\.([A-Za-z0-9_-]{43})$/;
/** Parameters that look like ours but are not, such as `sig[]` or `Expires`. */
const LOOKALIKE = /^(?:expires|sig)(?![a-z0-9_-])/i;
const LONGEST_QUERY = 4_096;

/**
 * Signs media addresses (contracts.md §9): HMAC-SHA256 over `v1|{kind}:{uuid}|{expires}|{sub}`, `sig` = key id, sub and
 * MAC joined by dots. The key decides the algorithm; nothing in the link can.
 */
export function createMediaSigner(options: { key: KeyObject; now: () => number }): MediaSigner {
  const proved = new LRUCache<string, true>({ max: CACHED_LINKS });
  const mac = (resource: MediaResource, grant: MediaGrant): string =>
    createHmac('sha256', options.key)
      .update(`v1|${resource.kind}:${resource.id}|${grant.expiresAtSeconds}|${grant.sub}`)
      .digest('base64url');

  return {
    sign(resource, grant) {
      if (!isGrant(grant) || !isUuid(resource.id))
        throw new Error('Only a line may have a link without an end, and every subject is a uuid.');
      const { sub, expiresAtSeconds } = grant;
      return `expires=${expiresAtSeconds}&sig=${KEY_ID}.${sub}.${mac(resource, grant)}`;
    },
    verify(resource, query) {
      const link = readLink(query);
      if (!link) return null;
      const { grant, given } = link;
      if (grant.expiresAtSeconds !== 0 && grant.expiresAtSeconds * 1000 <= options.now())
        throw new AppError('LINK_INVALID');
      const known = `${resource.kind}:${resource.id}|${grant.expiresAtSeconds}|${grant.sub}|${given}`;
      if (proved.get(known)) return grant;
      if (!isUuid(resource.id) || !sameText(mac(resource, grant), given)) throw new AppError('LINK_INVALID');
      proved.set(known, true);
      return grant;
    },
  };
}

const isGrant = ({ sub, expiresAtSeconds }: MediaGrant): boolean =>
  Number.isSafeInteger(expiresAtSeconds) &&
  (expiresAtSeconds > 0 || (expiresAtSeconds === 0 && sub.startsWith('l:'))) &&
  (sub === '-' || isUuid(sub.slice(2)));

/** Compares texts, not decoded bytes: base64url has several spellings of the same bytes. */
function sameText(expected: string, given: string): boolean {
  const a = Buffer.from(expected, 'latin1');
  const b = Buffer.from(given, 'latin1');
  return a.length === b.length && timingSafeEqual(a, b);
}

function readLink(query: string): { grant: MediaGrant; given: string } | null {
  if (!/expires|sig/i.test(query)) return null;
  if (query.length > LONGEST_QUERY) throw new AppError('LINK_INVALID');
  const fields = ourFields(query);
  if (fields.expires === undefined && fields.sig === undefined) return null;
  const match = SIGNATURE.exec(fields.sig ?? '');
  if (match?.[1] !== KEY_ID || !EXPIRES.test(fields.expires ?? '')) throw new AppError('LINK_INVALID');
  const grant = { sub: match[2] as MediaSub, expiresAtSeconds: Number(fields.expires) };
  if (!isGrant(grant)) throw new AppError('LINK_INVALID');
  return { grant, given: match[3] ?? '' };
}

function ourFields(query: string): { expires?: string; sig?: string } {
  const fields: { expires?: string; sig?: string } = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === 'expires' || name === 'sig') {
      if (fields[name] !== undefined) throw new AppError('LINK_INVALID');
      fields[name] = value;
    } else if (LOOKALIKE.test(name)) throw new AppError('LINK_INVALID');
  }
  return fields;
}
