import { ERRORS } from '@tus/server';

type Holder = { requestRelease: () => void | Promise<void>; released: Promise<void>; release: () => void };

const WAIT_MS = 10_000;

/**
 * One request per upload at a time. Whoever comes later asks the holder to let go, so a HEAD gets past a PATCH whose
 * connection died without a word (UP-03). Waiting costs nothing, unlike the polling of the stock locker.
 */
export class UploadLocker {
  readonly #holders = new Map<string, Holder>();

  /** Does `work` while no request has one of these uploads; whoever has one is asked to let go of it. */
  async hold<T>(ids: Iterable<string>, work: () => Promise<T>): Promise<T> {
    // Always in the same order: two who want the same ones would wait for each other.
    const locks = [...ids].sort().map((id) => this.newLock(id));
    const limit = AbortSignal.timeout(WAIT_MS);
    try {
      for (const lock of locks) await lock.lock(limit, () => undefined);
      return await work();
    } finally {
      for (const lock of locks) await lock.unlock();
    }
  }

  newLock(id: string) {
    let own: Holder | null = null;
    return {
      lock: async (signal: AbortSignal, requestRelease: () => void | Promise<void>): Promise<void> => {
        const limit = AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]);
        for (let holder = this.#holders.get(id); holder; holder = this.#holders.get(id)) {
          await holder.requestRelease();
          await Promise.race([holder.released, aborted(limit)]);
          if (limit.aborted) throw ERRORS.ERR_LOCK_TIMEOUT;
        }
        const { promise, resolve } = Promise.withResolvers<void>();
        own = { requestRelease, released: promise, release: resolve };
        this.#holders.set(id, own);
      },
      unlock: async (): Promise<void> => {
        if (own === null || this.#holders.get(id) !== own) return;
        this.#holders.delete(id);
        own.release();
      },
    };
  }
}

/** For a request whose upload is held for it already. */
export const HELD = { newLock: () => ({ lock: async () => undefined, unlock: async () => undefined }) };

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
