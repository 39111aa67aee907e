import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

const SOURCE = path.resolve(import.meta.dirname, '../relay-go');

/** What the load saw in one window; see bench/relay-go/load.go. */
export type Window = {
  viewers: number;
  seconds: number;
  gbps: number;
  stalled: number;
  closed: number;
  gapP50Ms: number;
  gapP99Ms: number;
  gapMaxMs: number;
  delayP50Ms: number;
  delayP99Ms: number;
  delays: number;
  cpuPercent: number;
};

/** The program of bench/relay-go, built anew. */
export function buildGo(): { file: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'siaran-relay-go-'));
  const file = path.join(folder, 'relay-go');
  try {
    execFileSync('go', ['build', '-o', file, '.'], { cwd: SOURCE, stdio: ['ignore', 'inherit', 'inherit'] });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw missing
      ? new Error('This bench needs Go: install the package golang-go, then run it again.')
      : error;
  }
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Binds every thread of a process to one core, where there is more than one. */
export function pin(pid: number, core: number): void {
  execFileSync('taskset', ['-acp', String(core), String(pid)], { stdio: 'ignore' });
}

type Lines = { process: ChildProcess; next(): Promise<string>; stop(): Promise<void> };

function start(file: string, core: number, args: string[]): Lines {
  const child = spawn('taskset', ['-c', String(core), file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = readline.createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    process: child,
    async next() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${path.basename(file)} ${args[0]} ended`);
      return value;
    },
    async stop() {
      const gone = once(child, 'exit');
      if (child.kill('SIGKILL')) await gone;
    },
  };
}

export type GoRelay = { url: string; pid: number; stop(): Promise<void> };

/** The relay in Go on core 0. */
export async function startGoRelay(file: string, source: string): Promise<GoRelay> {
  const relay = start(file, 0, ['relay', source]);
  const port = Number(await relay.next());
  return { url: `http://127.0.0.1:${port}/`, pid: relay.process.pid ?? 0, stop: relay.stop };
}

/** `servedS`: how long it took until every viewer had its first bytes. */
export type Load = { servedS: number; measure(windowMs: number): Promise<Window>; stop(): Promise<void> };

/** Viewers of one address on core 1; `stuck` ones more never read. */
export async function startLoad(
  file: string,
  url: string,
  options: { viewers: number; samples?: number; stuck?: number },
): Promise<Load> {
  const { viewers, samples = 10, stuck = 0 } = options;
  const load = start(file, 1, [
    'load',
    '-n',
    `${viewers}`,
    '-samples',
    `${samples}`,
    '-stuck',
    `${stuck}`,
    url,
  ]);
  const servedS = Number((await load.next()).split(' ')[1]);
  return {
    servedS,
    async measure(windowMs) {
      load.process.stdin?.write(`${windowMs}\n`);
      return JSON.parse(await load.next()) as Window;
    },
    stop: load.stop,
  };
}
