import type pg from 'pg';
import type { Job } from 'pg-boss';
import { messageOf } from '../core/errors.ts';
import type { Events } from '../core/events.ts';
import type { Log } from '../core/log.ts';
import { LOCKS } from '../db/lock-numbers.ts';
import { holdLease, type Lease } from './lease.ts';
import { JobStore } from './store.ts';

/** A piece of work as its handler sees it; `signal` ends it when it is cancelled or the server stops. */
export type Work<T> = { id: string; data: T; signal: AbortSignal };

export type QueueOptions<T> = {
  /** How many of this queue run at once. */
  concurrency: number;
  run(work: Work<T>): Promise<void>;
};

/** Thrown by a handler that wants to be run again a little later; any other error does the same but is logged. */
export class RunAgain extends Error {
  constructor(cause: unknown) {
    super('run again', { cause });
    this.name = 'RunAgain';
  }
}

/** Why a running job was told to stop. */
export type StopReason = 'cancelled' | 'shutdown' | 'lease-lost';

export type Jobs = {
  define<T extends object>(queue: string, options: QueueOptions<T>): void;
  /** Installs the queue's own tables; from then on work can be sent. */
  open(): Promise<void>;
  /** Begins to work. */
  start(): Promise<void>;
  /**
   * Puts work into a queue; an id that is already there is not put there twice. What has the higher `priority` (0) is begun
   * first, else what was sent first.
   */
  send(queue: string, id: string, data: object, priority?: number): Promise<void>;
  /** The same for work whose end was never written down: what the queue remembers of it is forgotten first. */
  resend(queue: string, id: string, data: object, priority?: number): Promise<void>;
  /** Which of these ids stand in no queue any more, neither waiting nor running. */
  lost(ids: readonly string[]): Promise<string[]>;
  /** Takes a job out of its queue, or stops it when it runs, and waits until it has stopped. */
  cancel(queue: string, id: string): Promise<void>;
  close(): Promise<void>;
};

const POLL_MS = 2_000;
/** How long another process may take to end what it runs; afterwards it is on its own. */
const ELSEWHERE_LIMIT_MS = 5_000;

type Queue = {
  name: string;
  options: QueueOptions<object>;
  wake: (() => void)[];
  /** Somebody has called since the queue was last looked at. */
  called: boolean;
};
type Running = { controller: AbortController; ended: Promise<void> };

type Ports = { pool: pg.Pool; log: Log; events: Events };

/**
 * Queues in PostgreSQL by pg-boss: durable, each job run by one process at a time, however many there are. It knows nothing
 * of video.
 */
export function createJobs(ports: Ports): Jobs {
  return new BossJobs(ports);
}

class BossJobs implements Jobs {
  readonly #pool: pg.Pool;
  readonly #log: Log;
  readonly #events: Events;
  readonly #store: JobStore;
  readonly #queues = new Map<string, Queue>();
  readonly #running = new Map<string, Running>();
  #opened: Promise<void> | null = null;
  #lease: Lease | null = null;
  #loops: Promise<void>[] = [];
  #off: (() => void)[] = [];
  #closing = false;

  constructor({ pool, log, events }: Ports) {
    this.#pool = pool;
    this.#log = log;
    this.#events = events;
    this.#store = new JobStore({ pool, log });
  }

  define<T extends object>(name: string, options: QueueOptions<T>): void {
    this.#queues.set(name, {
      name,
      options: options as unknown as QueueOptions<object>,
      wake: [],
      called: false,
    });
  }

  open(): Promise<void> {
    this.#opened ??= this.#store.install([...this.#queues.keys()]);
    return this.#opened;
  }

  async start(): Promise<void> {
    await this.open();
    this.#lease = holdLease({
      pool: this.#pool,
      key: LOCKS.jobs,
      onGained: async () => {
        await this.#store.takeOver([...this.#queues.keys()]);
        setImmediate(() => this.#wakeAll());
      },
      onLost: () => this.#stopAll('lease-lost'),
    });
    this.#off = [
      this.#events.on('work.waiting', ({ queue }) => this.#wake(queue)),
      this.#events.on('work.cancelled', ({ jobId }) => void this.#stopForAnother(jobId)),
    ];
    for (const queue of this.#queues.values()) {
      this.#loops.push(this.#loop(queue));
    }
  }

  async send(queue: string, id: string, data: object, priority = 0): Promise<void> {
    await this.#store.add({ queue, id, data, priority });
    this.#events.emit('work.waiting', { queue });
  }

  async resend(queue: string, id: string, data: object, priority = 0): Promise<void> {
    await this.#store.forgetEnded(id);
    await this.send(queue, id, data, priority);
  }

  lost(ids: readonly string[]): Promise<string[]> {
    return this.#store.lost(ids);
  }

  async cancel(queue: string, id: string): Promise<void> {
    const running = this.#running.get(id);
    const elsewhere = !running && (await this.#store.isActive(id));
    await this.#store.cancel(queue, id);
    if (elsewhere) await this.#stopElsewhere(id);
    running?.controller.abort('cancelled' satisfies StopReason);
    await running?.ended;
  }

  /** Asks the process that runs a job to end it, and waits until it has. */
  async #stopElsewhere(jobId: string): Promise<void> {
    const ended = Promise.withResolvers<void>();
    const off = this.#events.on('work.ended', (which) => which.jobId === jobId && ended.resolve());
    const timer = setTimeout(ended.resolve, ELSEWHERE_LIMIT_MS);
    this.#events.emit('work.cancelled', { jobId });
    await ended.promise;
    clearTimeout(timer);
    off();
  }

  async #stopForAnother(jobId: string): Promise<void> {
    const running = this.#running.get(jobId);
    if (!running) return;
    running.controller.abort('cancelled' satisfies StopReason);
    await running.ended;
    this.#events.emit('work.ended', { jobId });
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const off of this.#off) off();
    this.#stopAll('shutdown');
    this.#wakeAll();
    await Promise.all(this.#loops);
    await this.#lease?.close();
    await this.#store.close();
  }

  async #loop(queue: Queue): Promise<void> {
    const active = new Set<Promise<void>>();
    while (!this.#closing) {
      queue.called = false;
      const hasPlace = active.size < queue.options.concurrency && this.#lease?.held() === true;
      const job = hasPlace ? await this.#fetch(queue.name) : null;
      if (job) {
        const run: Promise<void> = this.#run(queue, job).finally(() => {
          active.delete(run);
          this.#wake(queue.name);
        });
        active.add(run);
      } else {
        await this.#pause(queue);
      }
    }
    await Promise.all(active);
  }

  async #fetch(name: string): Promise<Job<object> | null> {
    try {
      return await this.#store.take(name);
    } catch (error) {
      if (!this.#closing) this.#log.warn({ error: messageOf(error) }, 'the job queue cannot be read');
      return null;
    }
  }

  async #run(queue: Queue, job: Job<object>): Promise<void> {
    // The queue gives out again what has run for a day; whoever waits for a long film is still at it.
    if (this.#running.has(job.id)) return;
    const controller = new AbortController();
    const ended = Promise.withResolvers<void>();
    this.#running.set(job.id, { controller, ended: ended.promise });
    try {
      await queue.options.run({ id: job.id, data: job.data, signal: controller.signal });
      await this.#store.complete(queue.name, job.id);
    } catch (error) {
      await this.#settle(queue.name, job.id, error, controller.signal);
    } finally {
      this.#running.delete(job.id);
      ended.resolve();
    }
  }

  async #settle(queue: string, id: string, error: unknown, signal: AbortSignal): Promise<void> {
    const cancelled = signal.aborted && signal.reason === ('cancelled' satisfies StopReason);
    // Handlers write their own failures down; what they throw means that they could not.
    if (!signal.aborted && !(error instanceof RunAgain))
      this.#log.error({ queue, id, error: messageOf(error) }, 'a job broke off');
    await this.#store.breakOff(queue, id, { cancelled, message: messageOf(error) });
  }

  async #pause(queue: Queue): Promise<void> {
    if (this.#closing || queue.called) return;
    await new Promise<void>((resume) => {
      const timer = setTimeout(resume, POLL_MS);
      queue.wake.push(() => {
        clearTimeout(timer);
        resume();
      });
    });
  }

  #wake(name: string): void {
    const queue = this.#queues.get(name);
    if (!queue) return;
    queue.called = true;
    for (const wake of queue.wake.splice(0)) wake();
  }

  #wakeAll(): void {
    for (const name of this.#queues.keys()) this.#wake(name);
  }

  #stopAll(reason: StopReason): void {
    for (const { controller } of this.#running.values()) controller.abort(reason);
  }
}
