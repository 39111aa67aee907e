import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Agent, type Dispatcher } from 'undici';
import { AppError } from '../core/errors.ts';
import { type Outbound, parseOutbound } from './address.ts';
import { decodedBody } from './body.ts';
import { createConnector, type Dialer, type WatchSocket } from './connect.ts';
import { failure, toFailure } from './failure.ts';
import { headersForHop, plainHeaders, requestHeaders } from './headers.ts';
import { withHeadersLimit } from './limits.ts';

/** What a caller may ask of one request; every limit has a default that suits whole-body reads. */
export type NetRequest = {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** From the request being sent to the last response header; connecting has its own limit per address. */
  readonly headersTimeoutMs?: number;
  /** Longest silence between two chunks of the body; 0 = the caller watches it (live). */
  readonly bodyTimeoutMs?: number;
  readonly maxRedirects?: number;
  /** With this set the body is asked for compressed, comes decoded, and errors past that many decoded bytes. */
  readonly maxBytes?: number;
};

export type NetResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The final address, without user info: relative references resolve against it. */
  readonly url: string;
  /** Always consume or destroy it. */
  readonly body: Readable;
};

const HEADERS_TIMEOUT_MS = 10_000;
const MAX_HEADER_BYTES = 32 * 1024;
const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const COMPRESSED = 'gzip, deflate, br';
/** What is left of a redirect's body has this long to come; then its socket is given up. */
const DISCARD_MS = 500;

export type EngineOptions = {
  dialer: Dialer;
  userAgent: string;
  /** Sees every socket of the pool. */
  watch?: WatchSocket;
  /** Sockets to one origin; unlimited unless told. */
  connections?: number;
};

/** The pool behind server/net: keep-alive per origin, every new socket through the checking connector. */
export class Engine {
  #agent: Agent;
  #userAgent: string;

  constructor({ dialer, userAgent, watch, connections }: EngineOptions) {
    this.#userAgent = userAgent;
    this.#agent = new Agent({
      connect: createConnector(dialer, watch),
      ...(connections !== undefined && { connections }),
      maxHeaderSize: MAX_HEADER_BYTES,
      pipelining: 1,
      keepAliveTimeout: 4000,
      keepAliveMaxTimeout: 60_000,
    });
  }

  /** Fetches an address, following redirects; each hop is parsed, checked and connected like the first. */
  async fetch(address: string, request: NetRequest = {}): Promise<NetResponse> {
    let target = parseOutbound(address);
    let headers: Record<string, string> = { ...request.headers };
    const maxRedirects = request.maxRedirects ?? MAX_REDIRECTS;
    for (let hop = 0; ; hop++) {
      const response = await this.#send(target, headers, request);
      const location = response.headers.location;
      if (!REDIRECTS.has(response.statusCode) || typeof location !== 'string') {
        return finish(response, target, request);
      }
      discard(response.body);
      if (hop >= maxRedirects)
        throw failure('UPSTREAM_REDIRECTS', target.url.hostname, `more than ${maxRedirects} redirects`);
      const next = parseOutbound(location, target.url);
      headers = headersForHop(headers, target.url, next.url);
      target =
        next.authorization === null && next.url.origin === target.url.origin
          ? { ...next, authorization: target.authorization }
          : next;
    }
  }

  async #send(
    target: Outbound,
    headers: Record<string, string>,
    request: NetRequest,
  ): Promise<Dispatcher.ResponseData> {
    const own = requestHeaders(headers, target, this.#userAgent);
    if (request.maxBytes !== undefined) own['accept-encoding'] = COMPRESSED;
    const dispatcher = this.#agent.compose(
      withHeadersLimit(request.headersTimeoutMs ?? HEADERS_TIMEOUT_MS, () =>
        failure('UPSTREAM_TIMEOUT', target.url.hostname, 'it did not answer in time'),
      ),
    );
    // The pool gives a socket back one turn after its body ended; without waiting for it, fetching a playlist and
    // then its segment would hold two connections at a provider that may allow one.
    await nextTurn();
    try {
      return await dispatcher.request({
        origin: target.url.origin,
        path: `${target.url.pathname}${target.url.search}`,
        method: request.method ?? 'GET',
        headers: own,
        headersTimeout: 0,
        bodyTimeout: request.bodyTimeoutMs ?? 30_000,
        ...(request.signal && { signal: request.signal }),
      });
    } catch (error) {
      if (request.signal?.aborted) throw request.signal.reason;
      throw toFailure(error, target.url.hostname);
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

function finish(response: Dispatcher.ResponseData, target: Outbound, request: NetRequest): NetResponse {
  const headers = plainHeaders(response.headers);
  // undici makes a destroyed body emit an error, which without any listener would end the process.
  response.body.on('error', () => {});
  const result = { status: response.statusCode, headers, url: target.url.href };
  if (request.maxBytes === undefined) return { ...result, body: response.body };
  try {
    const host = target.url.hostname;
    return {
      ...result,
      body: decodedBody(response.body, headers['content-encoding'] ?? '', request.maxBytes, host),
    };
  } catch (error) {
    discard(response.body);
    throw error instanceof AppError ? error : toFailure(error, target.url.hostname);
  }
}

/** Ends a body nobody reads; small ones are drained so that the socket stays usable. */
function discard(body: Dispatcher.ResponseData['body']): void {
  const signal = AbortSignal.timeout(DISCARD_MS);
  body.dump({ limit: 16_384, signal }).catch(() => body.destroy());
}
