import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { AppError, messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Secrets } from '../../core/secrets.ts';
import { dedicatedUid } from '../../core/uids.ts';
import { DATABASE_USER, ensureCluster } from './cluster.ts';
import { createLauncher, type Launcher } from './launch.ts';
import { type Binaries, findBinaries, removeSocketFolder, socketFolder } from './paths.ts';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 15_000;
const WATCH_MS = 1_000;

type Connection = { host: string; user: string; password: string; database: string };
type Options = { dataDir: string; secrets: Secrets; log: Log };

/** The embedded PostgreSQL: real server, own data folder, unix socket only; adopted again after the panel was killed. */
export class EmbeddedPostgres {
  readonly connection: Connection;
  readonly #dataDir: string;
  readonly #clusterDir: string;
  readonly #binaries: Binaries;
  readonly #launcher: Launcher;
  readonly #log: Log;
  #watch: NodeJS.Timeout | undefined;
  #stopping = false;
  #spawned = false;
  #starting: Promise<void> | null = null;

  private constructor(options: Options, binaries: Binaries) {
    const uid = dedicatedUid(options.dataDir, 'postgres');
    this.#dataDir = options.dataDir;
    this.#clusterDir = path.join(options.dataDir, 'postgres');
    this.#binaries = binaries;
    this.#launcher = createLauncher(binaries, uid, this.#clusterDir);
    this.#log = options.log.child({ scope: 'postgres' });
    const host = socketFolder(options.dataDir, uid, this.#launcher.chown);
    this.connection = {
      host,
      user: DATABASE_USER,
      password: options.secrets.text('postgres'),
      database: 'postgres',
    };
  }

  /** Makes the cluster if there is none, adopts a running server or starts one, and keeps it running. */
  static async start(options: Options): Promise<EmbeddedPostgres> {
    const binaries = findBinaries();
    if (!binaries)
      throw new AppError('INTERNAL', {
        message: `There is no embedded PostgreSQL for ${process.platform}-${process.arch}. Set DATABASE_URL to a PostgreSQL of yours.`,
      });
    const server = new EmbeddedPostgres(options, binaries);
    await ensureCluster({
      clusterDir: server.#clusterDir,
      password: server.connection.password,
      binaries,
      launcher: server.#launcher,
    });
    await server.#ensureRunning().catch(async (error) => {
      if (server.#spawned) await server.stop(); // what we started is ours to end; an adopted one is not
      throw error;
    });
    server.#watch = setInterval(() => void server.#keepAlive(), WATCH_MS);
    server.#watch.unref();
    return server;
  }

  /** Fast shutdown (open transactions end); after the limit the server is stopped at once. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#watch);
    await this.#starting?.catch(() => undefined);
    const pid = this.#pid();
    if (pid && alive(pid)) await end(pid);
    removeSocketFolder(this.#dataDir);
  }

  #keepAlive(): Promise<void> {
    const pid = this.#pid();
    if (this.#stopping || this.#starting || (pid && alive(pid))) return Promise.resolve();
    this.#log.error('PostgreSQL ended; starting it again');
    this.#starting = this.#ensureRunning()
      .catch((error) => this.#log.error({ error: messageOf(error) }, 'PostgreSQL did not come back'))
      .finally(() => {
        this.#starting = null;
      });
    return this.#starting;
  }

  async #ensureRunning(): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MS;
    const words = new LastWords(path.join(this.connection.host, 'postgres.log'));
    let child: ChildProcess | null = null;
    while (!(await this.#answers())) {
      if (Date.now() > deadline)
        throw new AppError('DATABASE_DOWN', { message: `PostgreSQL did not start:\n${words.read()}` });
      const pid = this.#pid();
      const running =
        (pid !== 0 && alive(pid)) || (child !== null && child.exitCode === null && child.signalCode === null);
      if (!running) {
        if (child) await delay(200); // the last one may still hold the shared memory block
        child = this.#spawn(words);
      }
      await delay(25);
    }
  }

  #spawn(words: LastWords): ChildProcess {
    const out = words.open();
    const settings = [
      'listen_addresses=',
      'shared_buffers=64MB',
      'max_connections=60',
      'unix_socket_permissions=0700',
      'log_min_messages=warning',
    ];
    const args = ['-D', this.#clusterDir, '-k', this.connection.host, ...settings.flatMap((s) => ['-c', s])];
    // Output goes to a file: with a pipe, the server would die of SIGPIPE-like errors after the panel was killed.
    const child = this.#launcher.start(this.#binaries.postgres, args, {
      stdio: ['ignore', out, out],
      detached: true,
    });
    closeSync(out);
    child.on('error', (error) =>
      this.#log.error({ error: error.message }, 'PostgreSQL could not be started'),
    );
    child.unref();
    this.#spawned = true;
    return child;
  }

  async #answers(): Promise<boolean> {
    const client = new pg.Client({ ...this.connection, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select 1');
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === '28P01')
        throw new AppError('DATABASE_SECRET_MISMATCH', { cause: error });
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  #pid(): number {
    try {
      return Number(readFileSync(path.join(this.#clusterDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
    } catch {
      return 0; // no file: the server is not running
    }
  }
}

/** What the server wrote last, kept in a file that outlives the panel. */
class LastWords {
  readonly #file: string;
  constructor(file: string) {
    this.#file = file;
  }
  open(): number {
    return openSync(this.#file, 'w', 0o600);
  }
  read(): string {
    try {
      return readFileSync(this.#file, 'utf8').slice(-4000);
    } catch {
      return '';
    }
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

async function end(pid: number): Promise<void> {
  process.kill(pid, 'SIGINT');
  if (await gone(pid, STOP_LIMIT_MS)) return;
  process.kill(pid, 'SIGQUIT');
  await gone(pid, STOP_LIMIT_MS);
}

function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, ''));
  } catch {
    return false; // no /proc on this system
  }
}

async function gone(pid: number, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    if (!alive(pid)) return true;
    await delay(10);
  }
  return false;
}
