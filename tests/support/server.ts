import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { removeSocketFolder } from '../../server/db/postgres/paths.ts';
import { databasesOf } from '../prove/processes.ts';
import { until } from './until.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

export const ADMIN = { email: 'admin@example.org', password: 'correct horse battery' };

export type RunningServer = {
  base: string;
  port: number;
  dataDir: string;
  pid: number;
  process: ChildProcess;
  /** Everything it wrote, for messages of failed tests. */
  output(): string;
  /** Ends it politely and waits; answers its exit code. */
  stop(): Promise<number | null>;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
};

export type ServerOptions = {
  dataDir?: string;
  env?: Record<string, string>;
  pages?: boolean;
  port?: number;
  setUp?: boolean;
  startLimitMs?: number;
  /** The process is there, and begins. */
  onProcess?: (pid: number) => void;
};

const START_LIMIT_MS = 60_000;
const END_LIMIT_MS = 20_000;

/** A folder for one test's data; other uids may pass through it, as through DATA_DIR. */
export const newDataDir = (): string => mkdtempSync(path.join(os.tmpdir(), 'siaran-journey-'));

/** Removes it with whatever a killed server left running there. */
export function removeDataDir(dataDir: string): void {
  for (const { pid } of databasesOf(dataDir)) signal(pid, 'SIGQUIT');
  removeSocketFolder(dataDir);
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 });
}

/**
 * Starts the real server as a process of its own on a free port of 127.0.0.1 and waits until it is ready. A start that
 * fails or takes too long leaves nothing running that was not there before, and no folder that was not given.
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const dataDir = options.dataDir ?? newDataDir();
  const before = new Set(databasesOf(dataDir).map(({ pid }) => pid));
  const entry = options.pages === false ? 'tests/support/server-without-pages.ts' : 'server/index.ts';
  const admin = options.setUp === false ? {} : { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password };
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(options.port ?? 0),
    DATA_DIR: dataDir,
    // Each start has to load some six hundred files; all but the first find them compiled.
    NODE_COMPILE_CACHE: path.join(os.tmpdir(), 'siaran-compiled'),
    ...admin,
    ...options.env,
  } as unknown as NodeJS.ProcessEnv;
  const child = spawn(process.execPath, [path.join(ROOT, entry)], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  options.onProcess?.(child.pid ?? 0);
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-200_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const gone = once(child, 'exit') as Promise<[number | null]>;
  const port = await ready(child, () => output, options.startLimitMs).catch(async (error) => {
    child.kill('SIGKILL');
    await gone;
    await endDatabases(dataDir, before);
    if (options.dataDir === undefined) removeDataDir(dataDir);
    throw error;
  });
  return {
    base: `http://127.0.0.1:${port}`,
    port,
    dataDir,
    pid: child.pid ?? 0,
    process: child,
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      return (await gone)[0];
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Ends what outlives a server that is killed: its PostgreSQL (PROC-03), or what makes the cluster for one. */
async function endDatabases(dataDir: string, but: ReadonlySet<number>): Promise<void> {
  const left = () => databasesOf(dataDir).filter(({ pid }) => !but.has(pid));
  await until(
    () => `these have ended: ${left().map(({ command }) => command)}`,
    () => {
      for (const { pid } of left()) signal(pid, 'SIGINT');
      return left().length === 0;
    },
    END_LIMIT_MS,
  );
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended meanwhile
  }
}

function ready(child: ChildProcess, output: () => string, limitMs: number = START_LIMIT_MS): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`The server was not ready in time:\n${output()}`)),
      limitMs,
    );
    child.once('message', (message: { port: number }) => {
      clearTimeout(timer);
      resolve(message.port);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`The server ended with ${code ?? signal} before it was ready:\n${output()}`));
    });
  });
}
