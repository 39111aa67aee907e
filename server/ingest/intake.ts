import type { IncomingMessage } from 'node:http';
import { ERRORS } from '@tus/server';

const KIB = 1024;
/**
 * So much goes to the disk with one call: 64 KiB as they come would cost a call each, and a call of megabytes keeps its
 * thread so long that a busy machine lets others go first, which halved the speed.
 */
const BATCH_BYTES = 128 * KIB;
/** While the disk takes one batch so much of the next ones is held; then the line waits. */
const HELD_BYTES = 512 * KIB;
/** On a slow line bytes wait no longer than this for others to be written with them. */
const GATHER_MS = 50;

/** Why no more bytes come: all are here, the line was cut, another request wants the upload, there are too many. */
type End = 'all' | 'cut' | 'released' | 'too-long';

/**
 * The body of a request in batches for the disk; the next one is gathered while one is written. It ends with the body, or
 * early when `signal` says that another request wants the upload. Throws, after the last batch, what TUS answers to a line
 * that was cut, and to more than `mostBytes`. The request itself is left whole, so that it can still be answered.
 *
 * Read from the request itself: through the web streams of the stock server each chunk passes five queues more, which cost
 * a third of the speed.
 */
export async function* batchesOf(
  req: IncomingMessage,
  mostBytes: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer[]> {
  const intake = new Intake(req, mostBytes, signal);
  try {
    for (let batch = await intake.next(); batch !== null; batch = await intake.next()) yield batch;
  } finally {
    intake.close();
  }
  if (intake.end === 'cut') throw ERRORS.ABORTED;
  if (intake.end === 'too-long') throw ERRORS.ERR_MAX_SIZE_EXCEEDED;
}

class Intake {
  end: End | null = null;
  readonly #req: IncomingMessage;
  readonly #signal: AbortSignal;
  #leftBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #wake: () => void = () => undefined;

  constructor(req: IncomingMessage, mostBytes: number, signal: AbortSignal) {
    this.#req = req;
    this.#leftBytes = mostBytes;
    this.#signal = signal;
    if (signal.aborted) this.end = 'released';
    else if (req.destroyed && !req.complete) this.end = 'cut';
    else if (req.readableEnded) this.end = 'all';
    signal.addEventListener('abort', this.#onAbort);
    req.on('end', this.#onEnd).on('close', this.#onClose).on('data', this.#onData);
  }

  /** What has come, as soon as it is worth a call to the disk; null when nothing more will. */
  async next(): Promise<Buffer[] | null> {
    if (this.#bytes === 0 && this.end === null) await this.#news(null);
    if (this.#bytes < BATCH_BYTES && this.end === null) await this.#news(GATHER_MS);
    if (this.#bytes === 0) return null;
    const batch = this.#chunks;
    this.#chunks = [];
    this.#bytes = 0;
    if (this.end === null) this.#req.resume();
    return batch;
  }

  /** What still comes of a body that nobody wants is thrown away. */
  close(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#req.off('end', this.#onEnd).off('close', this.#onClose).off('data', this.#onData);
    this.#req.resume();
  }

  /** Waits for a first chunk, or for `gatherMs` for a whole batch. */
  async #news(gatherMs: number | null): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = gatherMs === null ? null : setTimeout(resolve, gatherMs);
    this.#wake = () => {
      if (this.end !== null || gatherMs === null || this.#bytes >= BATCH_BYTES) resolve();
    };
    await promise;
    if (timer !== null) clearTimeout(timer);
  }

  #stop(end: End): void {
    this.end ??= end;
    this.#wake();
  }

  readonly #onEnd = () => this.#stop('all');
  readonly #onClose = () => this.#stop(this.#req.complete ? 'all' : 'cut');
  readonly #onAbort = () => this.#stop('released');
  readonly #onData = (chunk: Buffer) => {
    if (this.end !== null) return;
    this.#leftBytes -= chunk.length;
    if (this.#leftBytes < 0) return this.#stop('too-long');
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= HELD_BYTES) this.#req.pause();
    this.#wake();
  };
}
