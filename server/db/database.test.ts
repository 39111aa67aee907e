import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as schema from '../../drizzle/schema/index.ts';
import { type TestDatabase, testDatabase } from '../../tests/support/database.ts';
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
