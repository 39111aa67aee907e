import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import type { Config } from '../core/config.ts';
import type { Log } from '../core/log.ts';
import type { Secrets } from '../core/secrets.ts';
import { connect, type Database, openDatabase } from './index.ts';
import { DATABASE_USER } from './postgres/cluster.ts';

type Attached = Pick<Database, 'db' | 'close'>;
type Options = { config: Config; secrets: Secrets; log: Log };

/**
 * The database for a command beside the panel: while the panel's embedded PostgreSQL runs, it is used and left running;
 * otherwise it is started, and stopped again by close().
 */
export async function attachDatabase(options: Options): Promise<Attached> {
  const { config, secrets, log } = options;
  const running = config.values.databaseUrl === null ? await runningServer(config, secrets) : null;
  return running ? connect(running, log, secrets) : openDatabase(options);
}

async function runningServer({ dataDir }: Config, secrets: Secrets): Promise<pg.ClientConfig | null> {
  const record = path.join(dataDir, 'run', 'postgres.json');
  if (!existsSync(record)) return null;
  const { socketDir } = JSON.parse(readFileSync(record, 'utf8')) as { socketDir: string };
  const password = secrets.text('postgres');
  const connection = { host: socketDir, user: DATABASE_USER, password, database: 'postgres' };
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return connection;
  } catch {
    return null; // left over from a server that was killed
  } finally {
    await client.end().catch(() => undefined);
  }
}
