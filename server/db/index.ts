import path from 'node:path';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import * as schema from '../../drizzle/schema/index.ts';
import type { Config } from '../core/config.ts';
import { AppError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Secrets } from '../core/secrets.ts';
import { LOCKS } from './lock-numbers.ts';
import { EmbeddedPostgres } from './postgres/supervisor.ts';

export type Db = NodePgDatabase<typeof schema>;
/** The database inside a transaction. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

export type Database = {
  db: Db;
  pool: pg.Pool;
  /** How other parts that bring their own pool connect (pg-boss). */
  connection: pg.ClientConfig;
  version: string;
  embedded: boolean;
  /** True when a query is answered within a second. */
  ping(): Promise<boolean>;
  close(): Promise<void>;
};

const MIGRATIONS = path.resolve(import.meta.dirname, '../../drizzle/migrations');

type Options = { config: Config; secrets: Secrets; log: Log };

/** Opens the database: the one of DATABASE_URL, else the embedded PostgreSQL; then brings its schema up to date. */
export async function openDatabase({ config, secrets, log }: Options): Promise<Database> {
  const url = config.values.databaseUrl;
  const embedded =
    url === null ? await EmbeddedPostgres.start({ dataDir: config.dataDir, secrets, log }) : null;
  const connection: pg.ClientConfig = embedded ? embedded.connection : { connectionString: url ?? undefined };
  try {
    const database = await connect(connection, log, secrets);
    return {
      ...database,
      connection,
      embedded: embedded !== null,
      async close() {
        await database.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

type Connected = Pick<Database, 'db' | 'pool' | 'version' | 'ping' | 'close'>;

export type ConnectOptions = { maxConnections?: number; Client?: typeof pg.Client };

/** A pool, migrated; also what tests use on a database of their own. */
export async function connect(
  connection: pg.ClientConfig,
  log: Log,
  secrets: Secrets,
  { maxConnections = 20, Client = pg.Client }: ConnectOptions = {},
): Promise<Connected> {
  const pool = new pg.Pool({
    ...connection,
    Client,
    max: maxConnections,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    application_name: 'siaran',
  });
  // Without a listener, a connection that the server ends would end the process. While closing it is no news.
  pool.on('error', (error) => {
    if (!pool.ending) log.warn({ error: error.message }, 'a database connection was lost');
  });
  // The pool listens to idle ones only. One that ends inside a transaction fails that: its next query is refused.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = drizzle(pool, { schema });
  try {
    await migrateLocked(pool, db);
    await checkSecret(db, secrets);
    const { rows } = await pool.query<{ server_version: string }>('show server_version');
    return {
      db,
      pool,
      version: rows[0]?.server_version ?? '',
      ping: () => ping(pool),
      close: () => pool.end(),
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** Two instances that start at once take turns; a migration killed midway is rolled back with its transaction. */
async function migrateLocked(pool: pg.Pool, db: Db): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCKS.migration]);
    await migrate(db, { migrationsFolder: MIGRATIONS });
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCKS.migration]).catch(() => undefined);
    client.release();
  }
}

/** Stored passwords can only be read under the secret they were written with, so another one refuses to start. */
async function checkSecret(db: Db, secrets: Secrets): Promise<void> {
  await db
    .insert(schema.station)
    .values({ key: 'secret_fingerprint', value: secrets.fingerprint })
    .onConflictDoNothing();
  const row = await db.query.station.findFirst({ where: (t, { eq }) => eq(t.key, 'secret_fingerprint') });
  if (row?.value !== secrets.fingerprint) throw new AppError('DATABASE_SECRET_MISMATCH');
}

async function ping(pool: pg.Pool): Promise<boolean> {
  try {
    await pool.query({ text: 'select 1', query_timeout: 1_000 } as pg.QueryConfig);
    return true;
  } catch {
    return false;
  }
}
