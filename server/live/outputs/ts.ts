import type { ServerResponse } from 'node:http';
import type { Ring } from '../relay/ring.ts';

type Ports = {
  ring: Ring;
  nowMs(): number;
  onSent(sizeBytes: number): void;
  onSkip(): void;
};

/** A connection that took nothing for this long is dead. */
const STUCK_MS = 60_000;

/** Answer of a live MPEG-TS address; also for HEAD. */
export const TS_HEADERS = {
  'Content-Type': 'video/mp2t',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
} as const;

/**
 * One viewer of the transport stream: a cursor in the shared ring. It begins with PAT, PMT and the newest keyframe,
 * stops when the connection is full, and jumps to the newest keyframe when the ring has moved past it.
 */
export class TsViewer {
  readonly #response: ServerResponse;
  readonly #ports: Ports;
  #cursor: number | null = null;
  #blockedSinceMs: number | null = null;
  readonly #sinceMs: number;
  #sentBytes = 0;
  #skips = 0;

  constructor(response: ServerResponse, ports: Ports) {
    this.#response = response;
    this.#ports = ports;
    this.#sinceMs = ports.nowMs();
    response.on('drain', () => {
      this.#blockedSinceMs = null;
      this.pump();
    });
  }

  /** Sends the answer's head and everything from the newest keyframe on. */
  start(): void {
    // The body goes on until the connection closes (RFC 9112 §6.3): framing it in chunks costs four writes for one.
    this.#response.useChunkedEncodingByDefault = false;
    this.#response.shouldKeepAlive = false;
    this.#response.writeHead(200, TS_HEADERS);
    this.#response.flushHeaders();
    this.pump();
  }

  pump(): void {
    const { ring } = this.#ports;
    if (this.#blockedSinceMs !== null || this.#response.writableEnded || this.#response.destroyed) return;
    this.#cursor ??= ring.newestKey;
    if (this.#cursor === null) return;
    this.#catchUp();
    const from = this.#cursor;
    if (from === ring.head) return;
    this.#response.cork();
    let block = ring.at(from);
    for (let next = from; block && this.#blockedSinceMs === null; block = ring.at(next)) {
      this.#cursor = ++next;
      this.#sentBytes += block.bytes.length;
      this.#ports.onSent(block.bytes.length);
      // The ring's memory is used again as soon as nobody holds it, so it is held until the connection has the bytes.
      if (!this.#response.write(block.bytes, block.slab?.lend())) this.#blockedSinceMs = this.#ports.nowMs();
    }
    this.#response.uncork();
  }

  /** `lagMs`: how long ago the oldest bytes that it has not had came. */
  facts(): { sinceMs: number; sentBytes: number; lagMs: number; skips: number } {
    return {
      sinceMs: this.#sinceMs,
      sentBytes: this.#sentBytes,
      lagMs:
        this.#cursor === null ? 0 : Math.round(this.#ports.ring.lagMs(this.#cursor, this.#ports.nowMs())),
      skips: this.#skips,
    };
  }

  /** Ends a connection that takes nothing any more. */
  sweep(): void {
    const stuckMs = this.#blockedSinceMs === null ? 0 : this.#ports.nowMs() - this.#blockedSinceMs;
    if (stuckMs > STUCK_MS) this.#response.destroy();
  }

  end(): void {
    this.#response.end();
  }

  #catchUp(): void {
    const { ring } = this.#ports;
    if (this.#cursor === null || this.#cursor >= ring.base) return;
    this.#cursor = ring.newestKey ?? ring.head;
    this.#skips++;
    this.#ports.onSkip();
  }
}
