import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type RunCost = { wallS: number; cpuS: number; code: number; stdout: string; stderr: string };

/** What the shell says of itself and of all that it waited for: `1m2.340s 0m0.500s`, user and system. */
const TIMES = /(\d+)m([\d.]+)s\s+(\d+)m([\d.]+)s\s*$/;

/** Runs a command to its end; its CPU time is counted with that of all its descendants. */
export async function costOfRun(command: string, args: readonly string[], cwd?: string): Promise<RunCost> {
  const begun = performance.now();
  const script = '"$@"; code=$?; times; exit $code';
  const child = spawn('sh', ['-c', script, 'sh', command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const parts: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => parts.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-20_000);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const wallS = (performance.now() - begun) / 1000;
  const stdout = Buffer.concat(parts).toString('utf8');
  const found = TIMES.exec(stdout);
  if (!found) throw new Error(`the shell did not say what ${command} cost: ${stderr.slice(-500)}`);
  const [userMin = 0, userS = 0, systemMin = 0, systemS = 0] = found.slice(1).map(Number);
  const cpuS = userMin * 60 + userS + systemMin * 60 + systemS;
  return { wallS, cpuS, code: code ?? -1, stdout, stderr };
}
