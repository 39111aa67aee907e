import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { isAppError } from '../../core/errors.ts';
import type { UpstreamMedia, UpstreamSegment } from '../../media/hls/parse.ts';
import { broughtNothing, ended, refusedWith } from './failures.ts';
import { checkMedia, chooseVariant, newSegments, readFailure, readList } from './hls-list.ts';
import { SNIFF_BYTES, sniff } from './kinds.ts';
import { type ReaderContext, TsFeed } from './reader.ts';

type Answer = { text: string; url: string };

const DEEPEST_MASTER = 3;
const FAILED_SEGMENTS_ALLOWED = 1;
/** A playlist is old when it did not move for 1.5 target durations and two seconds (contracts.md §5). */
const FROZEN_TARGETS = 1.5;
const FROZEN_EXTRA_MS = 2000;
const SEGMENT_SILENCE_MS = 5000;
const SHORTEST_POLL_MS = 250;

/** Reads an HLS source with one request in flight: playlist, new segments in order, playlist again. */
export async function readHls(context: ReaderContext, first: Answer): Promise<void> {
  const reader = new HlsReader(context);
  context.sink.opened({ format: 'hls', continuous: false });
  await reader.run(first);
}

class HlsReader {
  readonly #context: ReaderContext;
  readonly #feed: TsFeed;
  #lastSequence: number | null = null;
  #failedSegments = 0;
  #renewed = false;

  constructor(context: ReaderContext) {
    this.#context = context;
    this.#feed = new TsFeed(context);
  }

  async run(first: Answer): Promise<void> {
    const { clock } = this.#context.ports;
    let { list, url } = await this.#mediaList(first);
    let movedAtMs = clock.monotonicMs();
    for (;;) {
      const loadedAtMs = clock.monotonicMs();
      const fresh = newSegments(list, this.#lastSequence);
      for (const segment of fresh) await this.#playSegment(segment, url);
      if (fresh.length > 0) movedAtMs = clock.monotonicMs();
      if (list.ended) throw ended();
      const frozenMs = FROZEN_TARGETS * list.targetDurationS * 1000 + FROZEN_EXTRA_MS;
      if (clock.monotonicMs() - movedAtMs > frozenMs) throw broughtNothing('its playlist does not move on');
      // A list that has not changed is asked for again after half a target duration (RFC 8216 §6.3.4).
      const pollMs = list.targetDurationS * (fresh.length > 0 ? 1000 : 500);
      await this.#until(loadedAtMs + Math.max(SHORTEST_POLL_MS, pollMs));
      ({ list, url } = await this.#reload(url));
    }
  }

  /** Goes down from a master list to a media list. */
  async #mediaList(first: Answer): Promise<{ list: UpstreamMedia; url: string }> {
    let answer = first;
    for (let depth = 0; depth < DEEPEST_MASTER; depth++) {
      const list = readList(answer.text);
      if (list.kind === 'media') {
        checkMedia(list);
        return { list, url: answer.url };
      }
      const variant = chooseVariant(list.variants, this.#context.ports.maxHeight());
      answer = await this.#text(new URL(variant.uri, answer.url).href);
    }
    throw readFailure('its playlists point to each other');
  }

  /** Loads the media list again; when its address has expired, once anew from the entry address. */
  async #reload(url: string): Promise<{ list: UpstreamMedia; url: string }> {
    try {
      const answer = await this.#text(url);
      const found = await this.#mediaList(answer);
      this.#renewed = false;
      return found;
    } catch (error) {
      if (this.#renewed || !isRefusal(error)) throw error;
      this.#renewed = true;
      return await this.#mediaList(await this.#text(this.#context.source.url));
    }
  }

  async #text(url: string): Promise<Answer> {
    const { ports, source, signal, headersLimitMs } = this.#context;
    return await ports.net.text(url, { headers: source.headers, signal, headersTimeoutMs: headersLimitMs });
  }

  async #playSegment(segment: UpstreamSegment, base: string): Promise<void> {
    const jumped = this.#lastSequence !== null && segment.sequence !== this.#lastSequence + 1;
    this.#lastSequence = segment.sequence;
    if (segment.gap) return;
    if (segment.discontinuity || jumped) this.#feed.boundary(true);
    try {
      await this.#fetchSegment(segment, new URL(segment.uri, base).href);
      this.#failedSegments = 0;
      this.#feed.boundary(true);
    } catch (error) {
      this.#context.signal.throwIfAborted();
      this.#feed.boundary(false);
      if (isAppError(error) && error.code === 'SOURCE_KIND_UNSUPPORTED') throw error;
      if (++this.#failedSegments > FAILED_SEGMENTS_ALLOWED) throw error;
    }
  }

  /** Streams the bytes of one segment through; no segment is ever held as a whole. */
  async #fetchSegment(segment: UpstreamSegment, url: string): Promise<void> {
    const { ports, source, signal, headersLimitMs } = this.#context;
    const headers: Record<string, string> = { ...source.headers };
    if (segment.byterange) {
      const { offset, length } = segment.byterange;
      headers.range = `bytes=${offset}-${offset + length - 1}`;
    }
    const request = { headers, signal, headersTimeoutMs: headersLimitMs, bodyTimeoutMs: SEGMENT_SILENCE_MS };
    const response = await ports.net.fetch(url, request);
    try {
      if (response.status < 200 || response.status > 299) throw refusedWith(response);
      await this.#pump(response.body);
    } finally {
      response.body.destroy();
    }
  }

  async #pump(body: Readable): Promise<void> {
    let head: Buffer | null = Buffer.alloc(0);
    for await (const part of body) {
      const chunk: Buffer = head ? Buffer.concat([head, part as Buffer]) : (part as Buffer);
      head = head && chunk.length < SNIFF_BYTES ? chunk : null;
      if (head) continue;
      if (!this.#feed.found) requireTs(chunk);
      await this.#feed.push(chunk);
    }
    if (head) requireTs(head);
  }

  async #until(atMs: number): Promise<void> {
    const waitMs = atMs - this.#context.ports.clock.monotonicMs();
    if (waitMs > 0) await delay(waitMs, undefined, { signal: this.#context.signal });
  }
}

function requireTs(bytes: Buffer): void {
  if (sniff(bytes) !== 'mpegts') throw readFailure('its segments are playlists');
}

/** An answer that an expired token gives. */
const isRefusal = (error: unknown): boolean => isAppError(error) && error.code === 'UPSTREAM_STATUS';
