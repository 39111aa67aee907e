import { asc, eq, inArray } from 'drizzle-orm';
import type { z } from 'zod';
import { source } from '../../drizzle/schema/catalog.ts';
import type { Source, SourceInput } from '../../lib/contract/channels.ts';
import { splitPipe, streamAddress } from '../../lib/formats/m3u.ts';
import { AppError } from '../core/errors.ts';
import { maskUrl } from '../core/mask.ts';
import type { Secrets } from '../core/secrets.ts';
import type { Db, Tx } from '../db/index.ts';

export type SourceRow = typeof source.$inferSelect;
export type NewSource = z.infer<typeof SourceInput>;

/** A source with its address in the clear; never leaves the server. */
export type OpenSource = {
  id: string;
  kind: 'url' | 'generator';
  url: string;
  headers: Record<string, string>;
  label: string;
};

const PLAIN_HEADER = /^(?:user-agent|referer|origin|accept(?:-language)?|range)$/i;

/** Decrypts a source for the engine that plays it. */
export function openSource(row: SourceRow, secrets: Secrets): OpenSource {
  if (row.kind === 'generator')
    return { id: row.id, kind: row.kind, url: '', headers: {}, label: 'Test card' };
  const url = secrets.decrypt(row.urlEnc);
  const headers =
    row.headersEnc === null ? {} : (JSON.parse(secrets.decrypt(row.headersEnc)) as Record<string, string>);
  return { id: row.id, kind: row.kind, url, headers, label: labelOf(url) };
}

/** A source as admins and editors see it: user info, query values and secret headers stand as `***`. */
export function maskedSource(row: SourceRow, secrets: Secrets): Source {
  const { id, kind, headers, label } = openSource(row, secrets);
  const shown = Object.entries(headers).map(([name, value]) => [
    name,
    PLAIN_HEADER.test(name) ? value : '***',
  ]);
  return {
    id,
    position: row.position,
    kind,
    url: kind === 'url' ? label : '',
    label,
    headers: Object.fromEntries(shown),
  };
}

/** What a person calls this source: its address without secrets, also for addresses that are not of the web. */
export function labelOf(url: string): string {
  const masked = maskUrl(url);
  return masked === '***' ? url.replace(/\/\/[^/@]*@(?=[^/])/, '//***@').replace(/\?.*$/, '?***') : masked;
}

/** Checks and encrypts an address that a person typed; Kodi's `|User-Agent=…` is taken apart like in a list. */
export function sealSource(
  input: NewSource,
  secrets: Secrets,
): Pick<SourceRow, 'kind' | 'urlEnc' | 'headersEnc'> {
  const piped = splitPipe(input.url.trim());
  const checked = streamAddress(piped.url, null);
  if ('reason' in checked) throw new AppError('ADDRESS_INVALID', { message: checked.reason });
  const headers = { ...Object.fromEntries(piped.headers), ...input.headers };
  const headersEnc = Object.keys(headers).length > 0 ? secrets.encrypt(JSON.stringify(headers)) : null;
  return { kind: 'url', urlEnc: secrets.encrypt(checked.url), headersEnc };
}

export const sourcesOf = (db: Db | Tx, channelId: string): Promise<SourceRow[]> =>
  db
    .select()
    .from(source)
    .where(eq(source.channelId, channelId))
    .orderBy(asc(source.position), asc(source.id));

/**
 * Puts the sources of a channel into the given order: those named by id stay (with who brought them), new ones are
 * added, the others go.
 */
export async function replaceSources(
  tx: Tx,
  channelId: string,
  wanted: readonly (NewSource | { id: string })[],
  secrets: Secrets,
): Promise<void> {
  const existing = new Map((await sourcesOf(tx, channelId)).map((row) => [row.id, row]));
  for (const [position, entry] of wanted.entries()) {
    if (!('id' in entry)) {
      await tx.insert(source).values({ channelId, position, ...sealSource(entry, secrets) });
      continue;
    }
    if (!existing.delete(entry.id))
      throw new AppError('EDIT_CONFLICT', {
        message: 'One of these sources is not there any more. Reload and edit again.',
      });
    await tx.update(source).set({ position }).where(eq(source.id, entry.id));
  }
  if (existing.size > 0) await tx.delete(source).where(inArray(source.id, [...existing.keys()]));
}
