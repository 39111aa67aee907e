import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Keys } from './staged.ts';
import type { FromWorker, ToWorker } from './worker.ts';

const WORKER_HEAP_MB = 512;

/** The parser on its own thread: one piece in, its rows out; `close()` ends the thread. */
export class ListReader {
  #worker: Worker;
  #failed: Promise<never>;

  constructor(keys: Keys, baseUrl: string | null) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { keys, baseUrl },
      env: {},
      // A small young generation keeps a large list from growing the process; it is collected often instead.
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB, maxYoungGenerationSizeMb: 16 },
    });
    const { promise, reject } = Promise.withResolvers<never>();
    this.#worker.on('error', reject).on('exit', () => reject(new Error('the list reader ended early')));
    promise.catch(() => {});
    this.#failed = promise;
  }

  /** Hands over one piece (null = the end) and waits for what it held; one at a time. */
  async read(chunk: Uint8Array | null): Promise<FromWorker> {
    const answer = once(this.#worker, 'message') as Promise<[FromWorker]>;
    const message: ToWorker = { chunk };
    this.#worker.postMessage(message);
    const [result] = await Promise.race([answer, this.#failed]);
    return result;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
