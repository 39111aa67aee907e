// `npm start`: makes sure of everything the panel needs, then runs it and brings it back when it dies (contracts.md §10).
// Plain JavaScript without packages: on a fresh clone this runs before anything is installed, on Node 18 or newer.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkNode, ensureBuild, ensureModules } from './lib/prepare.mjs';
import { pinnedNode, programEnv, ROOT } from './lib/run.mjs';
import { say, warn } from './lib/say.mjs';
import { ensureSystem } from './lib/system.mjs';

// Node sizes its young generation by the machine's memory; small halves the panel's memory and costs nothing measurable.
// The thresholds give large buffers back to the system as soon as they are free. The benches start the server with the same.
const TUNED = JSON.parse(readFileSync(path.join(ROOT, 'scripts', 'lib', 'server-process.json'), 'utf8'));
const NODE_FLAGS = [...(existsSync(path.join(ROOT, '.env')) ? ['--env-file=.env'] : []), ...TUNED.flags];
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
const WINDOW_MS = 60_000;
const MOST_CRASHES = 5;
/** A person who is impatient presses again later than this. */
const ECHO_MS = 500;

checkNode();
await ensureModules();
await ensureSystem(['ffmpeg']);
if (roleOf() !== 'worker') await ensureBuild();
supervise();

/** A worker has no pages. The server reads its settings itself; this is the only one that is needed before it runs. */
function roleOf() {
  const file = path.join(ROOT, '.env');
  const line = existsSync(file) ? /^\s*SIARAN_ROLE\s*=\s*["']?(\w+)/m.exec(readFileSync(file, 'utf8')) : null;
  return process.env.SIARAN_ROLE ?? line?.[1] ?? 'all';
}

/** Runs the server; an exit that was not asked for starts it again, with growing pauses, until it is clear that it cannot run. */
function supervise() {
  const crashes = [];
  let server = null;
  let stopping = false;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let pause = null;

  const start = () => {
    pause = null;
    // A process group of its own: Ctrl-C reaches the server once, through us, and not a second time by the terminal.
    server = spawn(pinnedNode(), [...NODE_FLAGS, path.join('server', 'index.ts')], {
      cwd: ROOT,
      env: programEnv({ NODE_ENV: 'production', ...TUNED.env }),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
    });
    server.on('error', (error) => warn(`The server could not be started: ${error.message}`));
    server.on('exit', ended);
  };

  const ended = (code, signal) => {
    server = null;
    // 0: asked to stop. 1: cannot run as configured, and said so; trying again would say the same.
    if (stopping || code === 0 || code === 1) process.exit(stopping ? (code ?? 0) : code);
    const now = Date.now();
    crashes.push(now);
    while (crashes[0] < now - WINDOW_MS) crashes.shift();
    const reason = signal ? `by ${signal}` : `with code ${code}`;
    if (crashes.length >= MOST_CRASHES) {
      warn(
        `The server ended ${crashes.length} times within a minute, the last time ${reason}. Look at logs/siaran.log in the data folder.`,
      );
      process.exit(1);
    }
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (crashes.length - 1));
    say(`The server ended ${reason}; it starts again in ${waitMs / 1000} s.`);
    pause = setTimeout(start, waitMs);
  };

  const passOn = (signal) => {
    // The terminal tells all of its group, and npm tells us once more; the server would take that for impatience.
    const nowMs = performance.now();
    if (nowMs - toldAtMs < ECHO_MS) return;
    toldAtMs = nowMs;
    stopping = true;
    clearTimeout(pause);
    if (server) server.kill(signal);
    else process.exit(0);
  };
  process.on('SIGTERM', passOn);
  process.on('SIGINT', passOn);
  process.on('SIGHUP', () => passOn('SIGTERM'));
  start();
}
