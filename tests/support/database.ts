import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { inject } from 'vitest';
import { silentLog } from '../../server/core/log.ts';
import { type Secrets, secretsFrom } from '../../server/core/secrets.ts';
import { connect, type Database } from '../../server/db/index.ts';
import { admin, TEMPLATE, TEST_SECRET } from './postgres-setup.ts';

export type TestDatabase = Pick<Database, 'db' | 'pool'> & {
  connection: pg.ClientConfig;
  secrets: Secrets;
  close(): Promise<void>;
};

/** A database of its own for one test file, migrated and empty; close() drops it. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('postgres');
  const name = `t_${randomBytes(6).toString('hex')}`;
  await admin(server, `create database ${name} template ${TEMPLATE}`);
  const connection = { ...server, database: name };
  const secrets = secretsFrom(TEST_SECRET);
  const { db, pool, close } = await connect(connection, silentLog(), secrets);
  return {
    db,
    pool,
    connection,
    secrets,
    async close() {
      await close();
      await admin(server, `drop database ${name} with (force)`);
    },
  };
}
