import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { silentLog } from '../../server/core/log.ts';
import { secretsFrom } from '../../server/core/secrets.ts';
import { connect } from '../../server/db/index.ts';
import { EmbeddedPostgres } from '../../server/db/postgres/supervisor.ts';

export const TEST_SECRET = 'a-secret-that-only-the-tests-know-0123456789';
export const TEMPLATE = 'siaran_template';

type Connection = { host: string; user: string; password: string };

declare module 'vitest' {
  interface ProvidedContext {
    postgres: Connection;
  }
}

/** One real PostgreSQL for the whole run, with a migrated template that each test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'siaran-test-'));
  const secrets = secretsFrom(TEST_SECRET);
  const log = silentLog();
  const server = await EmbeddedPostgres.start({ dataDir, secrets, log });
  const { host, user, password } = server.connection;
  // What is lost with this machine is not missed.
  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit'])
    await admin({ host, user, password }, `alter system set ${setting} = off`);
  await admin({ host, user, password }, 'select pg_reload_conf()');
  await admin({ host, user, password }, `create database ${TEMPLATE}`);
  const template = await connect({ host, user, password, database: TEMPLATE }, log, secrets);
  await template.close();
  project.provide('postgres', { host, user, password });
  return async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}

/** Runs one statement on the server's own database. */
export async function admin(connection: Connection, statement: string): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
