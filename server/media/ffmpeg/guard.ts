import { spawn } from 'node:child_process';

// Runs a command on machines without setpriv and ends it when the server that started it is gone:
// `node guard.ts <server pid> <command> <args…>`. It leads the process group, so group signals reach both.
const POLL_MS = 500;

const [, , serverPid, command, ...args] = process.argv;
if (!serverPid || !command) throw new Error('usage: guard.ts <server pid> <command> [args]');

const child = spawn(command, args, { stdio: 'inherit' });
const timer = setInterval(() => {
  if (process.ppid === Number(serverPid)) return;
  process.kill(-process.pid, 'SIGKILL');
}, POLL_MS);

// The signal went to the whole group already; the guard only has to outlive its child.
process.on('SIGTERM', () => undefined);
process.on('SIGINT', () => undefined);

child.on('error', (error) => {
  clearInterval(timer);
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 127;
});
child.on('exit', (code, signal) => {
  clearInterval(timer);
  if (signal === 'SIGKILL') process.kill(process.pid, 'SIGKILL');
  process.exitCode = code ?? 255;
});
