import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

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

type Options = {
  dataDir?: string;
  env?: Record<string, string>;
  pages?: boolean;
  port?: number;
  setUp?: boolean;
};

const START_LIMIT_MS = 60_000;

/** A folder for one test's data; other uids may pass through it, as through DATA_DIR. */
export const newDataDir = (): string => mkdtempSync(path.join(os.tmpdir(), 'siaran-journey-'));
export const removeDataDir = (dataDir: string): void => rmSync(dataDir, { recursive: true, force: true });

/** Starts the real server as a process of its own on a free port of 127.0.0.1 and waits until it is ready. */
export async function startServer(options: Options = {}): Promise<RunningServer> {
  const dataDir = options.dataDir ?? newDataDir();
  const entry = options.pages === false ? 'tests/support/server-without-pages.ts' : 'server/index.ts';
  const admin = options.setUp === false ? {} : { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password };
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(options.port ?? 0),
    DATA_DIR: dataDir,
    ...admin,
    ...options.env,
  } as unknown as NodeJS.ProcessEnv;
  const child = spawn(process.execPath, [path.join(ROOT, entry)], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-200_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const port = await ready(child, () => output);
  const gone = once(child, 'exit') as Promise<[number | null]>;
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

function ready(child: ChildProcess, output: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`The server was not ready in time:\n${output()}`)),
      START_LIMIT_MS,
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
