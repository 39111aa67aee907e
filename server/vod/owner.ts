import { randomInt } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { newId } from '../core/ids.ts';
import type { Db } from '../db/index.ts';
import { LOCKS } from '../db/lock-numbers.ts';

const RETRY_MS = 1_000;

/**
 * This process among those that work on one database. It holds an advisory lock under a number of its own, so that the
 * others see at once when it is gone, and take over what it had begun.
 */
export type Owner = {
  /** Null while the database is away; what was taken under an earlier number is lost then. */
  number(): number | null;
  onLost(listener: () => void): void;
  /** A name for a working folder, by which the others know whose it is. */
  roomName(): string;
  close(): Promise<void>;
};

type Options = { pool: pg.Pool };

export async function openOwner({ pool }: Options): Promise<Owner> {
  const owner = new LockOwner(pool);
  await owner.open();
  return owner;
}

/** The numbers of all owners that live. */
export const LIVING_OWNERS = sql`(select objid::bigint as number from pg_locks
  where locktype = 'advisory' and classid = ${LOCKS.owner} and granted
    and database = (select oid from pg_database where datname = current_database()))`;

export async function livingOwners(db: Db): Promise<Set<number>> {
  const { rows } = await db.execute<{ number: string }>(LIVING_OWNERS);
  return new Set(rows.map((row) => Number(row.number)));
}

/** The owner of a working folder by its name; null when it is none of ours. */
export const ownerOfRoom = (name: string): number | null => {
  const number = /^(\d{1,10})\./.exec(name)?.[1];
  return number === undefined ? null : Number(number);
};

class LockOwner implements Owner {
  readonly #pool: pg.Pool;
  readonly #listeners: (() => void)[] = [];
  #client: pg.PoolClient | null = null;
  #number: number | null = null;
  #roomNumber = 0;
  #timer: NodeJS.Timeout | null = null;
  #trying: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  number(): number | null {
    return this.#number;
  }

  onLost(listener: () => void): void {
    this.#listeners.push(listener);
  }

  roomName(): string {
    return `${this.#roomNumber}.${newId()}`;
  }

  async open(): Promise<void> {
    const number = randomInt(1, 2 ** 31 - 1);
    const client = await this.#pool.connect();
    const lose = () => {
      if (this.#client === client) this.#lose();
    };
    client.once('error', lose);
    client.once('end', lose);
    try {
      await client.query('select pg_advisory_lock($1, $2)', [LOCKS.owner, number]);
    } catch (error) {
      client.release(true);
      throw error;
    }
    if (this.#closed) return client.release(true);
    this.#client = client;
    this.#number = number;
    this.#roomNumber = number;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#trying;
    const client = this.#client;
    this.#client = null;
    this.#number = null;
    // Ending the connection gives the lock back.
    client?.release(true);
  }

  #lose(): void {
    this.#client?.release(true);
    this.#client = null;
    this.#number = null;
    for (const listener of this.#listeners) listener();
    this.#again();
  }

  #again(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#trying = this.open().catch(() => this.#again());
    }, RETRY_MS);
  }
}
