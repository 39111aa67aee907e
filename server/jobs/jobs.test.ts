import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/support/database.ts';
import { Events } from '../core/events.ts';
import { silentLog } from '../core/log.ts';
import { createJobs, type Jobs, RunAgain, type Work } from './index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const opened = async (
  run: (work: Work<{ n: number }>) => Promise<void>,
  events = new Events(),
): Promise<Jobs> => {
  const jobs = createJobs({ pool: database.pool, log: silentLog(), events });
  jobs.define('test', { concurrency: 1, run });
  await jobs.start();
  return jobs;
};
const stateOf = async (id: string) =>
  (await database.pool.query('select state, retry_count from pgboss.job where id = $1', [id])).rows[0];

test('a job runs once although it was sent twice, and again when it asks for it', async () => {
  const seen: number[] = [];
  const twice = Promise.withResolvers<void>();
  const jobs = await opened(async ({ data }) => {
    seen.push(data.n);
    if (seen.length === 1) throw new RunAgain(new Error('busy'));
    twice.resolve();
  });
  const id = randomUUID();
  await jobs.send('test', id, { n: 7 });
  await jobs.send('test', id, { n: 8 });
  await twice.promise;
  await expect.poll(async () => (await stateOf(id)).state).toBe('completed');
  expect(seen).toEqual([7, 7]);
  await jobs.close();
});

test('cancel stops a running job and waits for its end', async () => {
  const begun = Promise.withResolvers<void>();
  const jobs = await opened(async ({ signal }) => {
    begun.resolve();
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  const id = randomUUID();
  await jobs.send('test', id, { n: 1 });
  await begun.promise;
  await jobs.cancel('test', id);
  expect((await stateOf(id)).state).toBe('cancelled');
  await jobs.close();
});

test('PROC-01 a job that was running when the server stopped starts again with the next one', async () => {
  const begun = Promise.withResolvers<void>();
  const first = await opened(async ({ signal }) => {
    begun.resolve();
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
  });
  const id = randomUUID();
  await first.send('test', id, { n: 1 });
  await begun.promise;
  // As after a kill: the row says active and nobody works on it.
  await first.close();
  await database.pool.query(`update pgboss.job set state = 'active' where id = $1`, [id]);
  const done = Promise.withResolvers<void>();
  const second = await opened(async () => done.resolve());
  await done.promise;
  await expect.poll(async () => (await stateOf(id)).state).toBe('completed');
  await second.close();
});

test('PROC-10 of two instances on one database only one works', async () => {
  const byFirst: number[] = [];
  const bySecond: number[] = [];
  const first = await opened(async ({ data }) => void byFirst.push(data.n));
  await first.send('test', randomUUID(), { n: 0 });
  await expect.poll(() => byFirst).toEqual([0]);
  const second = await opened(async ({ data }) => void bySecond.push(data.n));
  await second.send('test', randomUUID(), { n: 1 });
  await expect.poll(() => byFirst).toEqual([0, 1]);
  await first.close();
  await second.send('test', randomUUID(), { n: 2 });
  await expect.poll(() => bySecond).toEqual([2]);
  await second.close();
});

test('PROC-10 a job that another process runs is ended there before cancel comes back', async () => {
  const events = new Events();
  const begun = Promise.withResolvers<void>();
  let ended = false;
  const runs = await opened(async ({ signal }) => {
    begun.resolve();
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    await new Promise((resolve) => setTimeout(resolve, 50));
    ended = true;
  }, events);
  // It only puts work into queues, as a process does that serves pages.
  const sends = createJobs({ pool: database.pool, log: silentLog(), events });
  await sends.open();
  const id = randomUUID();
  await sends.send('test', id, { n: 1 });
  await begun.promise;
  await sends.cancel('test', id);
  expect(ended).toBe(true);
  expect((await stateOf(id)).state).toBe('cancelled');
  await runs.close();
  await sends.close();
});

test('work whose end was never written down can be sent again under its id', async () => {
  let runs = 0;
  const jobs = await opened(async () => void runs++);
  const id = randomUUID();
  await jobs.send('test', id, { n: 1 });
  await expect.poll(async () => (await stateOf(id)).state).toBe('completed');
  await jobs.send('test', id, { n: 1 });
  await jobs.resend('test', id, { n: 1 });
  await expect.poll(() => runs).toBe(2);
  await jobs.close();
});

test('PROC-04 a handler that broke off is run again, and PostgreSQL connections that end stop nothing', async () => {
  let runs = 0;
  const jobs = await opened(async () => {
    runs++;
    if (runs === 1) throw new Error('the database was away');
  });
  const id = randomUUID();
  await jobs.send('test', id, { n: 1 });
  await expect.poll(() => runs).toBe(2);
  await database.pool.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await expect
    .poll(
      () =>
        jobs.send('test', randomUUID(), { n: 2 }).then(
          () => true,
          () => false,
        ),
      { timeout: 8000 },
    )
    .toBe(true);
  await expect.poll(() => runs).toBe(3);
  await jobs.close();
});

test('PROC-04 a job whose bad end could not be written down runs again when the database answers', async () => {
  const { pool } = database;
  let away = false;
  const shaky = new Proxy(pool, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name !== 'query') return typeof value === 'function' ? value.bind(target) : value;
      return (...args: [string, unknown[]]) =>
        away ? Promise.reject(new Error('no room')) : target.query(...args);
    },
  });
  const jobs = createJobs({ pool: shaky, log: silentLog(), events: new Events() });
  let begun = 0;
  const done = Promise.withResolvers<void>();
  jobs.define('test', {
    concurrency: 1,
    async run() {
      if (++begun === 2) return done.resolve();
      away = true;
      setTimeout(() => {
        away = false;
      }, 50);
      throw new Error('the work failed, and so did writing that down');
    },
  });
  await jobs.start();
  const id = randomUUID();
  await jobs.send('test', id, { n: 1 });
  await done.promise;
  await expect.poll(async () => (await stateOf(id)).state).toBe('completed');
  expect(await jobs.lost([id])).toEqual([id]);
  await jobs.close();
});

test('a job that the queue gives out again while it runs is not begun a second time', async () => {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  let runs = 0;
  const events = new Events();
  const jobs = createJobs({ pool: database.pool, log: silentLog(), events });
  jobs.define('test', {
    concurrency: 2,
    async run() {
      runs++;
      begun.resolve();
      await end.promise;
    },
  });
  await jobs.start();
  const id = randomUUID();
  await jobs.send('test', id, { n: 1 });
  await begun.promise;
  expect(await jobs.lost([id])).toEqual([]);
  // As the queue does with what has run for a day.
  await database.pool.query(`update pgboss.job set state = 'retry', start_after = now() where id = $1`, [id]);
  events.emit('work.waiting', { queue: 'test' });
  await expect.poll(async () => (await stateOf(id)).state).toBe('active');
  end.resolve();
  await expect.poll(async () => (await stateOf(id)).state).toBe('completed');
  expect(runs).toBe(1);
  await jobs.close();
});

test('S4.9 what has the higher priority is begun first, else what was sent first', async () => {
  const free = Promise.withResolvers<void>();
  const seen: number[] = [];
  const all = Promise.withResolvers<void>();
  const jobs = await opened(async ({ data }) => {
    seen.push(data.n);
    if (seen.length === 1) await free.promise;
    if (seen.length === 5) all.resolve();
  });
  await jobs.send('test', randomUUID(), { n: 0 });
  await expect.poll(() => seen).toEqual([0]);
  for (const [n, priority] of [
    [1, -1],
    [2, -2],
    [3, -1],
    [4, 0],
  ] as const)
    await jobs.send('test', randomUUID(), { n }, priority);
  free.resolve();
  await all.promise;
  expect(seen).toEqual([0, 4, 1, 3, 2]);
  await jobs.close();
});
