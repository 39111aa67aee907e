import type { IncomingHttpHeaders } from 'node:http';

/** The validators of what would be sent. `etag` is strong, with its quotes. */
export type Validators = { readonly etag: string; readonly lastModified?: Date | undefined };

export type Condition = 'proceed' | 'not-modified' | 'failed';

/** Preconditions in the order of RFC 9110 §13.2.2: If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since. */
export function checkPreconditions(
  headers: IncomingHttpHeaders,
  { etag, lastModified }: Validators,
): Condition {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined) {
    if (!listed(ifMatch, etag, 'strong')) return 'failed';
  } else if (lastModified && headers['if-unmodified-since'] !== undefined) {
    const limit = httpDate(headers['if-unmodified-since']);
    if (limit !== null && seconds(lastModified) > limit) return 'failed';
  }
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined) return listed(ifNoneMatch, etag, 'weak') ? 'not-modified' : 'proceed';
  if (lastModified && headers['if-modified-since'] !== undefined) {
    const since = httpDate(headers['if-modified-since']);
    if (since !== null && seconds(lastModified) <= since) return 'not-modified';
  }
  return 'proceed';
}

/** Whether a Range may be honoured: If-Range must name the same strong ETag or exactly the same date (RFC 9110 §13.1.5). */
export function ifRangeHolds(header: string | undefined, { etag, lastModified }: Validators): boolean {
  if (header === undefined) return true;
  const value = header.trim();
  if (value.startsWith('"')) return value === etag;
  if (value.startsWith('W/')) return false;
  const date = httpDate(value);
  return date !== null && lastModified !== undefined && date === seconds(lastModified);
}

function listed(header: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (header.trim() === '*') return true;
  const tags = header.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => (comparison === 'weak' ? tag.replace(/^W\//, '') === etag : tag === etag));
}

const WITH_ZONE = /^[A-Z][a-z]{2,8}, \d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/** Seconds of an HTTP date in one of its three forms, all of them GMT; null for anything else (RFC 9110 §5.6.7). */
function httpDate(value: string): number | null {
  const text = ASCTIME.test(value) ? `${value} GMT` : value;
  const ms = WITH_ZONE.test(text) || text !== value ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? null : Math.floor(ms / 1000);
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);
