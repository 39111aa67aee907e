import type pg from 'pg';
import { type Job, PgBoss } from 'pg-boss';
import { messageOf } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

const SCHEMA = 'pgboss';
const LONGEST_SECONDS = 23 * 3600;
const KEPT_SECONDS = 7 * 24 * 3600;
/** Ends by itself only after so many interruptions; how often a failing job is tried is its handler's affair. */
const RETRY_LIMIT = 50;

type Order = { queue: string; id: string; data: object; priority: number };

/** The queues as PostgreSQL has them, by pg-boss: what waits, what runs, and what has ended in the last days. */
export class JobStore {
  readonly #pool: pg.Pool;
  readonly #log: Log;
  readonly #boss: PgBoss;
  /** Jobs that ended badly while the database could not be told; by their queues. */
  readonly #untold = new Map<string, string>();

  constructor({ pool, log }: { pool: pg.Pool; log: Log }) {
    this.#pool = pool;
    this.#log = log;
    this.#boss = new PgBoss({
      db: { executeSql: (text, values) => pool.query(text, values) },
      schema: SCHEMA,
      schedule: false,
    });
    this.#boss.on('error', (error) => log.warn({ error: error.message }, 'the job queue reports an error'));
  }

  async install(queues: readonly string[]): Promise<void> {
    await this.#boss.start();
    for (const name of queues) await this.#boss.createQueue(name, { deleteAfterSeconds: KEPT_SECONDS });
  }

  /** An id that is already there is not put there twice. */
  async add({ queue, id, data, priority }: Order): Promise<void> {
    const limits = { retryLimit: RETRY_LIMIT, retryDelay: 1, expireInSeconds: LONGEST_SECONDS };
    await this.#boss.send(queue, data, { id, priority, ...limits });
  }

  async forgetEnded(id: string): Promise<void> {
    const ended = `delete from ${SCHEMA}.job where id = $1 and state in ('completed', 'cancelled', 'failed')`;
    await this.#pool.query(ended, [id]);
  }

  async lost(ids: readonly string[]): Promise<string[]> {
    const known = `select id from ${SCHEMA}.job where state in ('created', 'retry', 'active')`;
    const { rows } = await this.#pool.query<{ id: string }>(
      `select id from unnest($1::uuid[]) as asked(id) where id not in (${known})`,
      [ids],
    );
    return rows.map(({ id }) => id);
  }

  async isActive(id: string): Promise<boolean> {
    const active = `select 1 from ${SCHEMA}.job where id = $1 and state = 'active'`;
    return (await this.#pool.query(active, [id])).rowCount === 1;
  }

  /** The next job of a queue, which is active from now on; null when none waits. */
  async take(queue: string): Promise<Job<object> | null> {
    await this.#tellEnds(queue);
    const [job] = await this.#boss.fetch<object>(queue);
    return job ?? null;
  }

  async cancel(queue: string, id: string): Promise<void> {
    await this.#boss.cancel(queue, id);
  }

  async complete(queue: string, id: string): Promise<void> {
    await this.#boss.complete(queue, id);
  }

  /** A job that broke off: it waits again, unless it is over because it was cancelled. */
  async breakOff(queue: string, id: string, why: { cancelled: boolean; message: string }): Promise<void> {
    try {
      if (why.cancelled) await this.#boss.complete(queue, id);
      else await this.#boss.fail(queue, id, { message: why.message });
    } catch (failure) {
      // The row stays active, and would for ever: it is put back as soon as the database answers.
      this.#untold.set(id, queue);
      this.#log.warn({ queue, id, error: messageOf(failure) }, 'the end of a job could not be written');
    }
  }

  /** What a process that is gone left running is put back into its queue. */
  async takeOver(queues: readonly string[]): Promise<void> {
    this.#untold.clear();
    const { rows } = await this.#pool.query<{ name: string; id: string }>(
      `select name, id from ${SCHEMA}.job where state = 'active' and name = any($1)`,
      [queues],
    );
    for (const { name, id } of rows) await this.#putBack(name, id);
    if (rows.length > 0) this.#log.info({ jobs: rows.length }, 'interrupted jobs start again');
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false, close: false });
  }

  async #tellEnds(queue: string): Promise<void> {
    for (const [id, its] of this.#untold) {
      if (its !== queue) continue;
      await this.#putBack(queue, id);
      this.#untold.delete(id);
    }
  }

  async #putBack(queue: string, id: string): Promise<void> {
    await this.#boss.fail(queue, id, { message: 'interrupted' });
  }
}
