import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import type { Config } from '../core/config.ts';
import { AppError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Secrets } from '../core/secrets.ts';
import { type ConnectOptions, connect, type Database, openDatabase } from './index.ts';
import { DATABASE_USER } from './postgres/cluster.ts';

type Options = { config: Config; secrets: Secrets; log: Log };

/** PostgreSQL takes 60 connections; a process beside the panel needs few. */
const MOST_CONNECTIONS = 10;

/**
 * The database for a command beside the panel: while the panel's embedded PostgreSQL runs, it is used and left running;
 * otherwise it is started, and stopped again by close().
 */
export async function attachDatabase(options: Options): Promise<Pick<Database, 'db' | 'close'>> {
  return (await attachRunning(options)) ?? openDatabase(options);
}

/**
 * The database for a worker, which never runs one: that of DATABASE_URL, else the embedded one of a panel that runs on the
 * same data folder. It is found again when the panel was started anew.
 */
export async function workerDatabase(options: Options): Promise<Database> {
  if (options.config.values.databaseUrl !== null) return openDatabase(options);
  const attached = await attachRunning(options);
  if (attached) return attached;
  throw new AppError('DATABASE_DOWN', {
    message:
      'This worker found no running Siaran on its DATA_DIR whose database it could use. Start that one first, or set DATABASE_URL to the database of both.',
  });
}

async function attachRunning({ config, secrets, log }: Options): Promise<Database | null> {
  if (config.values.databaseUrl !== null) return null;
  const password = secrets.text('postgres');
  const connection = { user: DATABASE_USER, password, database: 'postgres' };
  const options: ConnectOptions = { maxConnections: MOST_CONNECTIONS, Client: clientOf(config.dataDir) };
  if (!(await answers(new options.Client!({ ...connection, connectionTimeoutMillis: 2_000 })))) return null;
  const database = await connect(connection, log, secrets, options);
  return { ...database, connection, embedded: true };
}

async function answers(client: pg.Client): Promise<boolean> {
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false; // nothing, or left over from a server that was killed
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Each start of the panel may have another folder for its socket, so every connection looks where it is now. */
const clientOf = (dataDir: string): typeof pg.Client =>
  class extends pg.Client {
    constructor(config: pg.ClientConfig) {
      // Not a copy: the pool hides the password from those.
      super(Object.assign(config, { host: socketDirOf(dataDir) }));
    }
  };

function socketDirOf(dataDir: string): string {
  try {
    const record = readFileSync(path.join(dataDir, 'run', 'postgres.json'), 'utf8');
    return (JSON.parse(record) as { socketDir: string }).socketDir;
  } catch {
    return path.join(dataDir, 'run'); // no server runs, so nobody listens there either
  }
}
