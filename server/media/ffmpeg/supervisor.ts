import type { Readable, Writable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { Handle } from './handle.ts';
import { reapRuns } from './runs.ts';
import type {
  Capabilities,
  ChildResult,
  ChildSpec,
  FromWorker,
  Progress,
  ToWorker,
  WorkerSettings,
} from './types.ts';

const REAP_EVERY_MS = 30_000;
const RESTARTS_ALLOWED = 5;
const DEFAULT_MAX_CHILDREN = 64;

export type SupervisorOptions = Omit<WorkerSettings, 'decoder' | 'searchPath'> & {
  decoder?: WorkerSettings['decoder'];
  /** PATH of the children; only used to find the programs. */
  searchPath?: string;
  /** How many children may run at once; further ones wait in order. */
  maxChildren?: number;
  log?: { info(facts: object, text: string): void; warn(facts: object, text: string): void };
};

/** A running (or waiting) child. `done` never rejects: how it ended is in the result. */
export type SupervisedChild = {
  readonly label: string;
  /** Resolves when the process exists; null when it could not be started. */
  readonly pid: Promise<number | null>;
  /** Standard output in mode `bytes`, with back-pressure down to the child. */
  readonly stdout: Readable | null;
  /** Standard input where the spec asked for one, with back-pressure from the child. */
  readonly stdin: Writable | null;
  readonly done: Promise<ChildResult>;
  onProgress(listener: (progress: Progress) => void): void;
  /** SIGTERM to the group, SIGKILL after `graceMs`. */
  stop(graceMs?: number): Promise<ChildResult>;
  pause(): void;
  resume(): void;
};

export type Supervisor = {
  start(spec: ChildSpec): SupervisedChild;
  /** Ends recorded children of servers that are gone; returns how many. */
  reap(): number;
  running(): { label: string; pid: number | null }[];
  capabilities(): Promise<Capabilities>;
  close(): Promise<void>;
};

const DEFAULT_SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin';

/**
 * Starts and watches every ffmpeg and ffprobe from one long-lived worker thread (contracts.md §7). Children of
 * earlier servers are ended at once and every 30 s.
 */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  return new FfmpegSupervisor(options);
}

class FfmpegSupervisor implements Supervisor {
  readonly #options: SupervisorOptions;
  readonly #maxChildren: number;
  readonly #children = new Map<number, Handle>();
  #waiting: Handle[] = [];
  #worker: Worker | null = null;
  #capabilities = Promise.withResolvers<Capabilities>();
  #restarts = 0;
  #nextId = 1;
  #closed = false;
  readonly #reaper: NodeJS.Timeout;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#maxChildren = options.maxChildren ?? DEFAULT_MAX_CHILDREN;
    this.#reaper = setInterval(() => this.reap(), REAP_EVERY_MS);
    this.#reaper.unref();
    this.#capabilities.promise.catch(() => undefined);
    this.reap();
  }

  start(spec: ChildSpec): SupervisedChild {
    const handle = new Handle(this.#nextId++, spec, {
      send: (message) => this.#worker?.postMessage(message satisfies ToWorker),
      abandon: (waiting) => this.#forget(waiting),
    });
    if (this.#closed) {
      handle.endLocally('stopped', 'The server is shutting down.');
      return handle;
    }
    this.#waiting.push(handle);
    this.#startWaiting();
    return handle;
  }

  reap(): number {
    const mine = new Set([...this.#children.values()].map((child) => child.knownPid));
    // The thread writes a child's record before this one has heard of its pid: as long as one is unheard of, any may be it.
    const killed = reapRuns(this.#options.runDir, (pid) => mine.has(pid) || mine.has(null));
    if (killed > 0) this.#options.log?.warn({ killed }, 'ended ffmpeg children that nobody owned');
    return killed;
  }

  running(): { label: string; pid: number | null }[] {
    return [...this.#children.values()].map((child) => ({ label: child.label, pid: child.knownPid }));
  }

  capabilities(): Promise<Capabilities> {
    if (!this.#closed) this.#ensureWorker();
    return this.#capabilities.promise;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#reaper);
    for (const handle of this.#waiting) handle.endLocally('stopped', 'The server is shutting down.');
    this.#waiting = [];
    await Promise.all([...this.#children.values()].map((child) => child.stop()));
    await this.#worker?.terminate();
  }

  #startWaiting(): void {
    while (this.#children.size < this.#maxChildren) {
      const handle = this.#waiting.shift();
      if (!handle) return;
      this.#children.set(handle.id, handle);
      this.#ensureWorker().postMessage({
        type: 'start',
        id: handle.id,
        spec: handle.spec,
      } satisfies ToWorker);
      handle.markSent();
    }
  }

  #ensureWorker(): Worker {
    if (this.#worker) return this.#worker;
    const { ffmpegPath, ffprobePath, runDir, decoder, searchPath } = this.#options;
    const workerData: WorkerSettings = {
      ffmpegPath,
      ffprobePath,
      runDir,
      decoder: decoder ?? null,
      searchPath: searchPath ?? DEFAULT_SEARCH_PATH,
    };
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData, env: {}, execArgv: [] });
    worker.on('message', (message: FromWorker) => this.#receive(message));
    worker.on('error', (error) => this.#options.log?.warn({ error: error.message }, 'ffmpeg worker failed'));
    worker.on('exit', () => this.#lose(worker));
    this.#worker = worker;
    return worker;
  }

  #receive(message: FromWorker): void {
    if (message.type === 'ready') {
      this.#capabilities.resolve(message.capabilities);
      this.#options.log?.info(message.capabilities, 'ffmpeg worker is ready');
      return;
    }
    const handle = this.#children.get(message.id);
    handle?.receive(message);
    if (message.type !== 'ended') return;
    this.#children.delete(message.id);
    this.#restarts = 0;
    this.#startWaiting();
  }

  /** The thread is gone and its children with it (parent death signal); say so and begin anew. */
  #lose(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const lost = [...this.#children.values()];
    this.#children.clear();
    for (const handle of lost) handle.endLocally('supervisor-lost', 'The thread that watched ffmpeg ended.');
    if (this.#closed) return;
    this.reap();
    this.#restarts++;
    this.#capabilities = Promise.withResolvers<Capabilities>();
    this.#capabilities.promise.catch(() => undefined);
    if (this.#restarts <= RESTARTS_ALLOWED) {
      this.#startWaiting();
      return;
    }
    for (const handle of this.#waiting)
      handle.endLocally('supervisor-lost', 'ffmpeg cannot be supervised here.');
    this.#waiting = [];
  }

  #forget(handle: Handle): void {
    this.#waiting = this.#waiting.filter((other) => other !== handle);
  }
}
