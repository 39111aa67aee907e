import type pg from 'pg';

const RETRY_MS = 1_000;

type Options = { pool: pg.Pool; key: number; onGained: () => Promise<void>; onLost: () => void };

export type Lease = { held(): boolean; close(): Promise<void> };

/**
 * The right to run jobs: a PostgreSQL advisory lock of one connection, so it ends with the process that holds it and two
 * instances on one database never work on the same job.
 */
export function holdLease({ pool, key, onGained, onLost }: Options): Lease {
  let client: pg.PoolClient | null = null;
  let held = false;
  let closed = false;
  let timer: NodeJS.Timeout | null = null;
  let trying: Promise<void> = Promise.resolve();

  const lose = (): void => {
    if (held) onLost();
    held = false;
    client?.release(true);
    client = null;
    again();
  };
  const again = (): void => {
    if (closed) return;
    // Two chains of attempts would take the lock from each other.
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => {
      trying = attempt();
    }, RETRY_MS);
  };
  async function attempt(): Promise<void> {
    if (closed) return;
    let candidate: pg.PoolClient | null = null;
    // An earlier attempt may come to its end while a later one holds the lease: it has no say any more.
    const isOurs = () => client === candidate;
    const onError = () => {
      if (isOurs()) lose();
    };
    try {
      candidate = await pool.connect();
      client = candidate;
      candidate.once('error', onError);
      const { rows } = await candidate.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [
        key,
      ]);
      if (!isOurs()) return;
      if (rows[0]?.got !== true) {
        client = null;
        candidate.off('error', onError);
        candidate.release();
        return again();
      }
      await onGained();
      if (isOurs()) held = true;
    } catch {
      // The database is not there; the next try will tell. A connection that broke has said so already.
      if (isOurs()) lose();
    }
  }

  trying = attempt();
  return {
    held: () => held,
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      await trying;
      held = false;
      // Ending the connection gives the lock back.
      client?.release(true);
      client = null;
    },
  };
}
