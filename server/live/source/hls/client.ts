import { setTimeout as delay } from 'node:timers/promises';
import type { SegmentKey } from '../../../media/hls/key-tags.ts';
import type { ByteRange } from '../../../media/hls/parse-media.ts';
import { parseOutbound } from '../../../net/address.ts';
import { readAll } from '../../../net/body.ts';
import { headersForHop } from '../../../net/headers.ts';
import type { NetResponse } from '../../../net/net.ts';
import { broughtNothing, refusedWith } from '../failures.ts';
import type { ReaderContext } from '../reader.ts';
import { broken, unreadable } from './failures.ts';
import type { Patience } from './patience.ts';
import { decrypted, exactly, joined } from './pieces.ts';

/** A playlist as it came, and the address that it came from. */
export type Answer = { text: string; url: string };

const LONGEST_LIST_BYTES = 2 * 1024 * 1024;
const LARGEST_MAP_BYTES = 4 * 1024 * 1024;
/** Longest wait for the answer to a segment's request to begin. */
const HEADERS_MS = 5000;
const KEY_BYTES = 16;
const KEPT_KEYS = 8;
/** More than this is not read past to come to a range that the server would not give alone. */
const MOST_SKIPPED_BYTES = 64 * 1024 * 1024;

/** The requests of one HLS source. They are made one after the other, never two at once. */
export class HlsClient {
  readonly #context: ReaderContext;
  readonly #entry: URL;
  readonly #headers: Record<string, string>;
  readonly #keys = new Map<string, Buffer>();

  constructor(context: ReaderContext) {
    this.#context = context;
    const { url, authorization } = parseOutbound(context.source.url);
    this.#entry = url;
    this.#headers = { ...(authorization !== null && { authorization }), ...context.source.headers };
  }

  /** Reads a playlist of at most 2 MB after inflating; it has to be whole within `limitMs`. */
  async text(url: string, limitMs: number): Promise<Answer> {
    const { ports, signal, headersLimitMs } = this.#context;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(broughtNothing('its playlist takes too long')), limitMs);
    try {
      const response = await ports.net.fetch(url, {
        headers: this.#headersFor(url),
        signal: AbortSignal.any([signal, late.signal]),
        headersTimeoutMs: Math.min(headersLimitMs, limitMs),
        maxBytes: LONGEST_LIST_BYTES,
      });
      requireSuccess(response);
      return { text: (await readAll(response.body)).toString('utf8'), url: response.url };
    } catch (error) {
      signal.throwIfAborted();
      late.signal.throwIfAborted();
      throw broken(error, url);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The bytes of a resource or of a part of it, as they come. */
  async *bytes(url: string, range: ByteRange | null, patience: Patience): AsyncGenerator<Buffer> {
    const response = await this.#open(url, range, patience);
    const pieces = this.#bodyOf(response, patience);
    try {
      if (!range) yield* pieces;
      else if (response.status === 206) yield* exactly(pieces, range.length);
      else yield* cutOut(pieces, range);
    } finally {
      response.body.destroy();
    }
  }

  /** An initialisation section, whole. */
  async map(url: string, range: ByteRange | null, key: Secret | null, patience: Patience): Promise<Buffer> {
    const pieces = this.bytes(url, range, patience);
    return await joined(key ? decrypted(pieces, key.key, key.iv) : pieces, LARGEST_MAP_BYTES);
  }

  /** The key behind an address; fetched once. */
  async key({ uri }: SegmentKey, base: string, patience: Patience): Promise<Buffer> {
    const url = addressOf(uri, base);
    const known = this.#keys.get(url);
    if (known) return known;
    const key = await joined(this.bytes(url, null, patience), 1024);
    if (key.length !== KEY_BYTES) throw unreadable(`its key has ${key.length} bytes instead of ${KEY_BYTES}`);
    this.#keys.set(url, key);
    const oldest = this.#keys.keys().next().value;
    if (this.#keys.size > KEPT_KEYS && oldest !== undefined) this.#keys.delete(oldest);
    return key;
  }

  async pause(waitMs: number): Promise<void> {
    if (waitMs > 0) await delay(waitMs, undefined, { signal: this.#context.signal });
  }

  async #open(url: string, range: ByteRange | null, patience: Patience): Promise<NetResponse> {
    const { ports, signal, headersLimitMs } = this.#context;
    const headers = this.#headersFor(url);
    if (range) headers.range = `bytes=${range.offset}-${range.offset + range.length - 1}`;
    const limitMs = Math.max(1, Math.min(headersLimitMs, patience.leftMs, HEADERS_MS));
    const asked = ports.net.fetch(url, { headers, signal, headersTimeoutMs: limitMs, bodyTimeoutMs: 0 });
    // The request ends by its own limit; only the time is counted here.
    const response = await patience.wait(asked, () => undefined);
    requireSuccess(response);
    return response;
  }

  async *#bodyOf(response: NetResponse, patience: Patience): AsyncGenerator<Buffer> {
    const { sink, signal } = this.#context;
    const { body } = response;
    const iterator = body.iterator({ destroyOnReturn: false });
    let late = false;
    const onLate = () => {
      late = true;
      body.destroy();
    };
    try {
      for (;;) {
        const next = await patience.wait(iterator.next(), onLate);
        if (late) throw new Error('late');
        if (next.done) return;
        sink.bytes((next.value as Buffer).length);
        yield next.value as Buffer;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw late ? tooSlow(patience) : broken(error, response.url);
    }
  }

  /** Credentials stay with the origin of the source's own address; the player's name and the like go everywhere. */
  #headersFor(url: string): Record<string, string> {
    const target = URL.parse(url);
    return target ? { ...headersForHop(this.#headers, this.#entry, target) } : {};
  }
}

/** An address of a playlist as an absolute one (RFC 3986 §5); its own query only, never that of the playlist. */
export function addressOf(uri: string, base: string): string {
  const url = URL.parse(uri, base);
  if (!url) throw unreadable('its playlist has a broken address');
  return url.href;
}

/** A key and where its chain begins. */
export type Secret = { key: Buffer; iv: Buffer };

function requireSuccess(response: NetResponse): void {
  if (response.status >= 200 && response.status <= 299) return;
  response.body.destroy();
  throw refusedWith(response);
}

const tooSlow = (patience: Patience) =>
  broughtNothing(
    patience.spent ? 'a segment takes longer to come than to play' : 'a segment stopped in the middle',
  );

/** The wanted part of a whole answer, from a server that does not know ranges. */
async function* cutOut(pieces: AsyncIterable<Buffer>, range: ByteRange): AsyncGenerator<Buffer> {
  if (range.offset > MOST_SKIPPED_BYTES) throw unreadable('its server cannot give a part of a file');
  yield* exactly(skipped(pieces, range.offset), range.length);
}

async function* skipped(pieces: AsyncIterable<Buffer>, sizeBytes: number): AsyncGenerator<Buffer> {
  let left = sizeBytes;
  for await (const piece of pieces) {
    if (piece.length > left) yield piece.subarray(left);
    left = Math.max(0, left - piece.length);
  }
}
