import { AppError } from '../../core/errors.ts';
import type { Gate } from './gate.ts';
import type { Run } from './runs.ts';
import type { Row } from './store.ts';

/** Requests that wait for one segment together. */
type Wait = {
  row: Row;
  k: number;
  waiters: number;
  placed(): void;
  done: Promise<void>;
  over: (() => void)[];
  /** Nobody waits any more; `gone` when they left before the segment came. */
  end(gone: boolean): void;
};

type Options = {
  /** Held while somebody waits. */
  waiting: Gate | null;
  has(row: Row, k: number): boolean;
  /** The run that brings a segment: one that is near to it, or a new one. */
  runFor(row: Row, k: number): Run;
  /** Holds what is less urgent than this segment; the answer lets it go on. */
  goFirst(row: Row, k: number): () => void;
};

/** Who waits for which segment: the first one sees to it that it is made, and work that nobody waits for any more ends. */
export class Waits {
  readonly #options: Options;
  readonly #waits = new Map<string, Wait>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** What is waited for. */
  all(): readonly Pick<Wait, 'row' | 'k'>[] {
    return [...this.#waits.values()];
  }

  placed(row: Row, k: number): void {
    this.#waits.get(`${row}/${k}`)?.placed();
  }

  /** Calls back when nobody waits for a segment any more. */
  whenOver(row: Row, k: number, callback: () => void): void {
    this.#waits.get(`${row}/${k}`)?.over.push(callback);
  }

  /**
   * Comes back when the segment is there; NOT_FOUND when the video ends before it. Whoever leaves (the signal) ends the
   * run when he was the last; a signal with a TimeoutError means that he comes again, and the run goes on.
   */
  async until(row: Row, k: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const wait = this.#waits.get(`${row}/${k}`) ?? this.#begin(row, k);
    wait.waiters++;
    const left = Promise.withResolvers<never>();
    const leave = () => left.reject(signal?.reason);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      await Promise.race([wait.done, left.promise]);
    } finally {
      signal?.removeEventListener('abort', leave);
      if (--wait.waiters === 0) wait.end(signal?.aborted === true && !comesAgain(signal));
    }
  }

  #begin(row: Row, k: number): Wait {
    const { waiting, has, runFor, goFirst } = this.#options;
    const placed = Promise.withResolvers<void>();
    const run = runFor(row, k);
    run.waiters++;
    const over = [goFirst(row, k), ...(waiting ? [waiting.hold()] : [])];
    const done = Promise.race([placed.promise, run.ended]).then(() => {
      if (!has(row, k)) throw new AppError('NOT_FOUND');
    });
    done.catch(() => undefined);
    const wait: Wait = {
      ...{ row, k, done, over, waiters: 0, placed: placed.resolve },
      end: (gone) => {
        this.#waits.delete(`${row}/${k}`);
        for (const callback of over) callback();
        run.waiters--;
        if (gone && run.waiters === 0) run.stop();
      },
    };
    this.#waits.set(`${row}/${k}`, wait);
    return wait;
  }
}

const comesAgain = ({ reason }: AbortSignal): boolean =>
  (reason as Error | undefined)?.name === 'TimeoutError';
