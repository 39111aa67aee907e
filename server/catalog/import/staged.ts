import { createHmac, type KeyObject } from 'node:crypto';
import type { ProvidedChannel } from '../../../drizzle/schema/catalog.ts';
import type { M3uEntry } from '../../../lib/formats/m3u.ts';
import { newId } from '../../core/ids.ts';
import { seal } from '../../core/secrets.ts';
import { identityOf } from '../identity.ts';

/** One entry, ready for the staging table; its address and headers are already encrypted. */
export type StagedRow = {
  ord: number;
  line: number;
  entry_key: string;
  addr: string;
  name: string;
  grp: string;
  sort_number: number | null;
  provided: ProvidedChannel;
  channel_id: string;
  source_id: string;
  url_enc: string;
  headers_enc: string | null;
};

export type Keys = { readonly credentials: KeyObject; readonly fingerprint: KeyObject };

const MAX_FIELD = 300;
const MAX_LOGO = 2000;
const MAX_ATTRIBUTES_BYTES = 4096;
const SECRET_ATTRIBUTE = /licen[sc]e|cookie|auth|password|user-agent|referr?er/i;

/** Turns entries into rows, keeping count of what was met before in the same list. */
export class Stager {
  #keys: Keys;
  #seen = new Map<string, number>();
  #perName = new Map<string, number>();
  #count = 0;

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  /** A row, or the line of the earlier entry that is equal in all fields. */
  stage(entry: M3uEntry): StagedRow | { sameAsLine: number } {
    const provided = providedOf(entry);
    const sourceHash = this.#hash(JSON.stringify([entry.url, entry.headers]));
    const whole = this.#hash(JSON.stringify([provided, sourceHash, entry.attributes, entry.options]));
    const earlier = this.#seen.get(whole);
    if (earlier !== undefined) return { sameAsLine: earlier };
    this.#seen.set(whole, entry.line);
    const addr = this.#hash(identityOf(entry.url));
    const named = `${addr}:${this.#hash(provided.name).slice(0, 8)}`;
    const nth = this.#perName.get(named) ?? 0;
    this.#perName.set(named, nth + 1);
    return {
      ord: this.#count++,
      line: entry.line,
      entry_key: `${named}:${nth}`,
      addr,
      name: provided.name,
      grp: provided.group,
      sort_number: sortNumber(provided.chno),
      provided: { ...provided, sourceHash },
      channel_id: newId(),
      source_id: newId(),
      url_enc: seal(this.#keys.credentials, entry.url),
      headers_enc:
        Object.keys(entry.headers).length > 0
          ? seal(this.#keys.credentials, JSON.stringify(entry.headers))
          : null,
    };
  }

  /** Keyed, because an address may hold an account in its path. */
  #hash(text: string): string {
    return createHmac('sha256', this.#keys.fingerprint)
      .update(`entry|${text}`)
      .digest('base64url')
      .slice(0, 22);
  }
}

/** The number that lists are sorted by: the whole part of a channel number such as `7` or `7.1`. */
export function sortNumber(chno: string | null): number | null {
  const number = chno === null ? Number.NaN : Number.parseInt(chno, 10);
  return Number.isSafeInteger(number) && number >= 0 && number <= 2_000_000_000 ? number : null;
}

function providedOf(entry: M3uEntry): ProvidedChannel {
  const { attributes } = entry;
  const logo = first(attributes['tvg-logo'], attributes['tvg-logo-small']);
  return {
    name: clip(entry.name, MAX_FIELD) ?? 'Untitled',
    group: clip(entry.group, MAX_FIELD) ?? '',
    chno: clip(first(attributes['tvg-chno'], attributes['channel-number'], attributes['ch-number']), 20),
    tvgId: clip(attributes['tvg-id'], MAX_FIELD),
    tvgName: clip(attributes['tvg-name'], MAX_FIELD),
    logo: logo !== null && /^https?:\/\//i.test(logo) && logo.length <= MAX_LOGO ? logo : null,
    attributes: keptAttributes(entry),
  };
}

/** Attributes that later parts need, bounded; what may hold an account or a token is left to the encrypted source. */
function keptAttributes(entry: M3uEntry): Record<string, string> {
  const kept: Record<string, string> = {};
  let room = MAX_ATTRIBUTES_BYTES;
  const vod: [string, string][] = entry.vod ? [['playlist-type', 'vod']] : [];
  const duration: [string, string][] =
    entry.durationS !== null && entry.durationS > 0 ? [['duration', String(entry.durationS)]] : [];
  for (const [name, value] of [
    ...vod,
    ...duration,
    ...Object.entries(entry.attributes),
    ...Object.entries(entry.options),
  ]) {
    room -= name.length + value.length;
    if (room < 0) break;
    if (!SECRET_ATTRIBUTE.test(name) && !value.includes('://')) kept[storable(name)] = storable(value);
  }
  return kept;
}

const first = (...values: (string | undefined)[]): string | null =>
  values.find((value) => value !== undefined && value.trim() !== '')?.trim() ?? null;

function clip(text: string | null | undefined, length: number): string | null {
  const clean = storable((text ?? '').trim()).slice(0, length);
  // A cut through a pair of surrogates leaves half a character, which JSON and Postgres refuse.
  return clean.toWellFormed() || null;
}

const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();
