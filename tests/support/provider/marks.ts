import http from 'node:http';
import { wallMs } from './faults.ts';

const MARK = 'siaran-clip-';
const LONGEST_MARK_BYTES = 32;

/** Finds the marks of clips in bytes that come in pieces, and when each clip was seen. */
export class MarkFinder {
  #tail = Buffer.alloc(0);
  /** Each change from one clip to another, in order. */
  readonly seen: { clip: string; atMs: number }[] = [];

  push(chunk: Buffer, atMs: number): void {
    const bytes = Buffer.concat([this.#tail, chunk]);
    for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + 1)) {
      const end = bytes.indexOf(';', at);
      if (end < 0 || end - at > LONGEST_MARK_BYTES) continue;
      const clip = bytes.toString('latin1', at + MARK.length, end);
      if (this.seen.at(-1)?.clip !== clip) this.seen.push({ clip, atMs });
    }
    this.#tail = Buffer.from(bytes.subarray(-LONGEST_MARK_BYTES));
  }
}

/** Somebody who watches a transport stream and knows whose picture it is. */
export class MarkedViewer {
  readonly #finder = new MarkFinder();
  readonly #chunks: Buffer[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #request: http.ClientRequest;
  readonly ended: Promise<void>;
  readonly startedAtMs = wallMs();
  #receivedBytes = 0;
  #lastAtMs = 0;
  status: number | null = null;
  firstByteAtMs: number | null = null;
  /** The longest time between two pieces. */
  longestGapMs = 0;

  constructor(url: string, options: { keep?: boolean } = {}) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#request = http.get(url, { agent: false }, (res) => {
      this.status = res.statusCode ?? 0;
      res.on('data', (chunk: Buffer) => this.#take(chunk, options.keep ?? true));
      res.on('error', () => undefined);
      res.on('close', () => this.#end(resolve));
    });
    this.#request.on('error', () => this.#end(resolve));
  }

  get seen(): readonly { clip: string; atMs: number }[] {
    return this.#finder.seen;
  }

  get received(): number {
    return this.#receivedBytes;
  }

  /** All whole packets so far. */
  bytes(): Buffer {
    const all = Buffer.concat(this.#chunks);
    return all.subarray(0, all.length - (all.length % 188));
  }

  /** Waits until a condition is true, looked at whenever bytes come. */
  async when(what: string, condition: () => boolean, limitMs: number): Promise<void> {
    if (condition()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = () => condition() && resolve();
    const told = () =>
      new Error(
        `Within ${limitMs} ms the viewer did not see ${what}; it has ${this.#receivedBytes} bytes of status ${this.status}, and saw ${JSON.stringify(this.seen)}`,
      );
    const timer = setTimeout(() => reject(told()), limitMs);
    this.#waiting.add(look);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(look);
    }
  }

  /** Waits for the n-th change to a clip and answers when its first bytes came. */
  async sees(clip: string, limitMs: number, nth = 1): Promise<number> {
    const found = () => this.seen.filter((seen) => seen.clip === clip)[nth - 1];
    await this.when(`${clip} for time ${nth}`, () => found() !== undefined, limitMs);
    return found()!.atMs;
  }

  /** Waits for so many bytes more. */
  async receives(sizeBytes: number, limitMs: number): Promise<void> {
    const wanted = this.#receivedBytes + sizeBytes;
    await this.when(`${sizeBytes} bytes more`, () => this.#receivedBytes >= wanted, limitMs);
  }

  leave(): void {
    this.#request.destroy();
  }

  #take(chunk: Buffer, keep: boolean): void {
    const atMs = wallMs();
    this.firstByteAtMs ??= atMs;
    if (this.#lastAtMs > 0) this.longestGapMs = Math.max(this.longestGapMs, atMs - this.#lastAtMs);
    this.#lastAtMs = atMs;
    this.#receivedBytes += chunk.length;
    if (keep) this.#chunks.push(chunk);
    this.#finder.push(chunk, atMs);
    for (const look of [...this.#waiting]) look();
  }

  #end(resolve: () => void): void {
    resolve();
    for (const look of [...this.#waiting]) look();
  }
}
