import { AppError } from '../core/errors.ts';

type Guest = { resolve(): void; reject(error: Error): void; timer: NodeJS.Timeout | null };

/** Where viewers wait until something is ready; each one is answered exactly once: let in, refused, or timed out. */
export class WaitRoom {
  readonly #guests = new Set<Guest>();

  get size(): number {
    return this.#guests.size;
  }

  /** Waits for `admit` or `refuse`; with a limit it ends by itself, and with a signal when the viewer leaves. */
  wait(options: { limitMs?: number; signal?: AbortSignal } = {}): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const guest: Guest = { resolve, reject, timer: null };
    const leave = (error: Error) => {
      if (this.#remove(guest)) reject(error);
    };
    if (options.limitMs !== undefined) {
      const late = () => leave(new AppError('STREAM_STARTING', { retryAfterSeconds: 1 }));
      guest.timer = setTimeout(late, options.limitMs);
    }
    this.#guests.add(guest);
    const gone = () => leave(new AppError('STREAM_STARTING'));
    options.signal?.addEventListener('abort', gone, { once: true });
    return promise.finally(() => options.signal?.removeEventListener('abort', gone));
  }

  admit(): void {
    for (const guest of [...this.#guests]) if (this.#remove(guest)) guest.resolve();
  }

  refuse(error: Error): void {
    for (const guest of [...this.#guests]) if (this.#remove(guest)) guest.reject(error);
  }

  #remove(guest: Guest): boolean {
    if (guest.timer) clearTimeout(guest.timer);
    return this.#guests.delete(guest);
  }
}
