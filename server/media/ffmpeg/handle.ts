import { Readable, Writable } from 'node:stream';
import type { ChildResult, ChildSpec, EndReason, FromWorker, Progress, ToWorker } from './types.ts';

const STOP_GRACE_MS = 3_000;
/** What may wait for a child before a writer is told to stop. */
const STDIN_WAITING_BYTES = 256 * 1024;

type Port = { send(message: ToWorker): void; abandon(handle: Handle): void };
type ToHandle = Exclude<FromWorker, { type: 'ready' }>;

/** One child as the main thread sees it. */
export class Handle {
  readonly id: number;
  readonly spec: ChildSpec;
  readonly pid: Promise<number | null>;
  readonly done: Promise<ChildResult>;
  readonly stdout: Readable | null;
  readonly stdin: Writable | null;
  knownPid: number | null = null;
  readonly #port: Port;
  readonly #started = Promise.withResolvers<number | null>();
  readonly #finished = Promise.withResolvers<ChildResult>();
  #listeners: ((progress: Progress) => void)[] = [];
  #sent = false;
  #ended = false;
  #owedBytes = 0;
  #early: ToWorker[] = [];
  #onTaken: (() => void) | null = null;

  constructor(id: number, spec: ChildSpec, port: Port) {
    this.id = id;
    this.spec = spec;
    this.#port = port;
    this.pid = this.#started.promise;
    this.done = this.#finished.promise;
    this.stdout = spec.stdout === 'bytes' ? this.#openStdout() : null;
    this.stdin = spec.stdin ? this.#openStdin() : null;
  }

  get label(): string {
    return this.spec.label;
  }

  onProgress(listener: (progress: Progress) => void): void {
    this.#listeners.push(listener);
  }

  stop(graceMs = STOP_GRACE_MS): Promise<ChildResult> {
    if (this.#sent) this.#port.send({ type: 'stop', id: this.id, graceMs });
    else this.endLocally('stopped', 'Stopped before it began.');
    return this.done;
  }

  pause(): void {
    this.#tell({ type: 'pause', id: this.id });
  }

  resume(): void {
    this.#tell({ type: 'resume', id: this.id });
  }

  /** From now on the worker knows this child, so it is the worker that ends it. */
  markSent(): void {
    this.#sent = true;
    for (const message of this.#early.splice(0)) this.#port.send(message);
  }

  receive(message: ToHandle): void {
    if (message.type === 'started') {
      this.knownPid = message.pid;
      this.#started.resolve(message.pid);
    } else if (message.type === 'progress') {
      for (const listener of this.#listeners) listener(message.progress);
    } else if (message.type === 'stdout') {
      this.#push(message.chunk);
    } else if (message.type === 'taken') {
      this.#taken();
    } else {
      this.#end(message.result);
    }
  }

  /** Ends a child that never reached the worker, or whose worker is gone. */
  endLocally(reason: EndReason, line: string): void {
    this.#port.abandon(this);
    this.#end({ code: null, signal: null, reason, lastLines: [line], text: '', wallMs: 0 });
  }

  #end(result: ChildResult): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#listeners = [];
    this.#started.resolve(null);
    this.stdout?.push(null);
    this.stdin?.destroy();
    this.#taken();
    this.#finished.resolve(result);
  }

  #openStdout(): Readable {
    const stdout = new Readable({
      highWaterMark: 1024 * 1024,
      read: () => this.#ack(),
      destroy: (error, done) => {
        if (!this.#ended) void this.stop();
        done(error);
      },
    });
    // Whoever reads sees the error; a reader that left must not bring the server down.
    stdout.on('error', () => undefined);
    return stdout;
  }

  /** One piece is on its way at a time; what a stopped child does not take waits here, and the writer sees it. */
  #openStdin(): Writable {
    const stdin = new Writable({
      highWaterMark: STDIN_WAITING_BYTES,
      write: (chunk: Buffer, _encoding, done) => {
        this.#onTaken = done;
        this.#tell({ type: 'stdin', id: this.id, chunk: new Uint8Array(chunk) });
      },
      final: (done) => {
        this.#tell({ type: 'stdin', id: this.id, chunk: null });
        done();
      },
    });
    // How the child ended is in its result.
    stdin.on('error', () => undefined);
    return stdin;
  }

  /** What is said to a child that waits for a free place reaches it as soon as it runs. */
  #tell(message: ToWorker): void {
    if (this.#sent) this.#port.send(message);
    else this.#early.push(message);
  }

  #taken(): void {
    const next = this.#onTaken;
    this.#onTaken = null;
    next?.();
  }

  #push(chunk: Uint8Array<ArrayBuffer>): void {
    if (!this.stdout || this.stdout.destroyed) return;
    this.#owedBytes += chunk.length;
    const wantsMore = this.stdout.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (wantsMore) this.#ack();
  }

  #ack(): void {
    if (this.#owedBytes === 0) return;
    this.#port.send({ type: 'ack', id: this.id, sizeBytes: this.#owedBytes });
    this.#owedBytes = 0;
  }
}
