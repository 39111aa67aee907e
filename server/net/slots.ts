import { AppError } from '../core/errors.ts';

/** An account at a provider that allows so many connections at once; null stands for any number. */
export type SlotAccount = { id: string; name: string; maxConnections: number | null };

/** Who holds a slot, and whether it may be taken away. */
export type SlotUse = {
  /** What a person calls it: the name of a channel, an import. */
  label: string;
  /** How readily it gives way: the lowest number first; null while somebody watches it. */
  yields(): number | null;
  /** Ends the use; the slot has to be released in the same tick. */
  evict(reason: string): void;
};

/** One connection of an account, until it is released. */
export type Slot = { release(): void };

/** The order in which uses give way (contracts.md §5): probes, prefetch, imports, sessions without viewers. */
export const YIELD = { probe: 0, prefetch: 1, import: 2, unwatched: 3 } as const;

const LONGEST_WAIT_MS = 2000;

type Waiter = { use: SlotUse; give(slot: Slot): void };
type Book = { holders: Map<Slot, SlotUse>; waiters: Waiter[] };

/** Keeps the number of connections of each account at or below its limit; exact, never overdrawn. */
export class Slots {
  readonly #books = new Map<string, Book>();

  /** A slot at once, taken from a use that gives way if need be; null when every connection is watched. */
  tryTake(account: SlotAccount | null, use: SlotUse): Slot | null {
    if (!account || account.maxConnections === null) return FREE;
    const book = this.#book(account.id);
    if (book.holders.size >= account.maxConnections) evictOne(book, use.label);
    return book.holders.size < account.maxConnections ? this.#hold(book, use) : null;
  }

  /** A slot that is free already; nobody is asked to give way. */
  takeFree(account: SlotAccount | null, use: SlotUse): Slot | null {
    if (!account || account.maxConnections === null) return FREE;
    const book = this.#book(account.id);
    return book.holders.size < account.maxConnections ? this.#hold(book, use) : null;
  }

  /** Waits up to two seconds for a slot. Throws PROVIDER_BUSY, which names who uses the account. */
  async take(account: SlotAccount | null, use: SlotUse, signal: AbortSignal): Promise<Slot> {
    const slot = this.tryTake(account, use);
    if (slot || !account) return slot ?? FREE;
    const book = this.#book(account.id);
    const { promise, resolve, reject } = Promise.withResolvers<Slot>();
    const waiter: Waiter = { use, give: resolve };
    book.waiters.push(waiter);
    const leave = (error: unknown) => {
      const at = book.waiters.indexOf(waiter);
      if (at >= 0) book.waiters.splice(at, 1);
      reject(error);
    };
    const timer = setTimeout(() => leave(busy(account, book)), LONGEST_WAIT_MS);
    const aborted = () => leave(signal.reason);
    signal.addEventListener('abort', aborted, { once: true });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    }
  }

  /** True when a connection of the account is free now. */
  hasRoom(account: SlotAccount | null): boolean {
    if (!account || account.maxConnections === null) return true;
    return (this.#books.get(account.id)?.holders.size ?? 0) < account.maxConnections;
  }

  #book(id: string): Book {
    const known = this.#books.get(id);
    if (known) return known;
    const book: Book = { holders: new Map(), waiters: [] };
    this.#books.set(id, book);
    return book;
  }

  #hold(book: Book, use: SlotUse): Slot {
    const slot: Slot = {
      release: () => {
        if (!book.holders.delete(slot)) return;
        const next = book.waiters.shift();
        if (next) next.give(this.#hold(book, next.use));
      },
    };
    book.holders.set(slot, use);
    return slot;
  }
}

const FREE: Slot = { release: () => undefined };

/** Asks the use that gives way most readily to end. */
function evictOne(book: Book, wantedBy: string): void {
  let best: { use: SlotUse; rank: number } | null = null;
  for (const use of book.holders.values()) {
    const rank = use.yields();
    if (rank !== null && (best === null || rank < best.rank)) best = { use, rank };
  }
  best?.use.evict(`its connection was needed for ${wantedBy}`);
}

function busy(account: SlotAccount, book: Book): AppError {
  const users = [...new Set([...book.holders.values()].map((use) => use.label))].join(', ');
  return new AppError('PROVIDER_BUSY', {
    message: `All connections of ${account.name} are in use by ${users}. Stop one of them, or try again in a moment.`,
    details: { reason: `all its connections are in use by ${users}` },
    retryAfterSeconds: 1,
  });
}
