import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as schema from '../../drizzle/schema/index.ts';
import { type TestDatabase, testDatabase } from '../../tests/support/database.ts';
import { until } from '../../tests/support/until.ts';
import { silentLog } from '../core/log.ts';
import { secretsFrom } from '../core/secrets.ts';
import { connect } from './index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test('channels and videos take their numbers from one sequence', async () => {
  const provided = {
    name: 'One',
    group: '',
    chno: null,
    tvgId: null,
    tvgName: null,
    logo: null,
    attributes: {},
  };
  const [channel] = await database.db.insert(schema.channel).values({ provided, name: 'One' }).returning();
  const [video] = await database.db
    .insert(schema.video)
    .values({ title: 'Two', state: 'queued' })
    .returning();
  expect(video?.num).toBe((channel?.num ?? 0) + 1);
});

test('a database made under another secret refuses to open', async () => {
  const other = secretsFrom('another-secret-that-is-long-enough-for-this');
  await expect(connect(database.connection, silentLog(), other)).rejects.toMatchObject({
    code: 'DATABASE_SECRET_MISMATCH',
  });
});

test('the same migrations run twice without harm', async () => {
  const again = await connect(database.connection, silentLog(), database.secrets);
  const { rows } = await again.db.execute(sql`select count(*)::int as n from station`);
  await again.close();
  expect(rows[0]?.n).toBe(1);
});

test('a connection that ends inside a transaction fails that one, and not the process (PROC-04)', async () => {
  const { db, pool } = database;
  const ended = Promise.withResolvers<void>();
  const broken = db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    pool.once('remove', () => ended.resolve());
    await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    // Nothing is asked of it meanwhile, so nobody but the pool can hear that it ends.
    await until('it is gone', async () => {
      const still = await pool.query('select from pg_stat_activity where pid = $1', [rows[0]?.pid]);
      return still.rowCount === 0;
    });
    await tx.execute(sql`select 1`);
  });
  await expect(broken).rejects.toThrow();
  await ended.promise;
  expect((await db.execute(sql`select 1 as one`)).rows).toEqual([{ one: 1 }]);
});
