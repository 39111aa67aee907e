import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const BIN = path.join(ROOT, 'node_modules', '.bin');

/** The Node that package-lock.json pins for this platform, else the one that runs now. */
export function pinnedNode() {
  const folder = path.join(ROOT, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  return existsSync(folder) ? folder : process.execPath;
}

/** Where Node keeps what it has compiled of our files (NODE_COMPILE_CACHE): a second start has nothing to compile. */
const COMPILED = path.join(ROOT, 'node_modules', '.cache', 'siaran-compiled');

/** Environment for our own programs, which are many files. */
export const programEnv = (extra = {}) =>
  toolEnv({ NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? COMPILED, ...extra });

/** Environment for our own tools: the pinned Node first in the PATH, no messages home. */
export function toolEnv(extra = {}) {
  return {
    ...process.env,
    // Not every npm links the pinned Node into .bin, and the page build starts the `node` it finds first.
    PATH: [path.dirname(pinnedNode()), BIN, process.env.PATH].join(path.delimiter),
    NEXT_TELEMETRY_DISABLED: '1',
    ...extra,
  };
}

/**
 * Runs a program to its end and answers its exit code; Ctrl-C reaches it by the terminal. Signals in `forward` do not
 * end us but are passed on, so that the program can end in its own way first.
 */
export function run(program, args, { forward = [], ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', env: toolEnv(), ...options });
    for (const signal of forward) process.on(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ? 128 : (code ?? 1)));
  });
}

/** Runs a program to its end and answers its exit code and all that it wrote. */
export function runQuietly(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: toolEnv() });
    let words = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk) => {
        words += chunk;
      });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: signal ? 128 : (code ?? 1), words: words.trim() }));
  });
}

/** Whether a program answers `-version` or `--version`. */
export function answers(program, args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore' });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}

/** All files below some folders, sorted, as paths from the root. */
export function filesBelow(folders) {
  const found = [];
  const walk = (relative) => {
    const full = path.join(ROOT, relative);
    if (!existsSync(full)) return;
    for (const entry of readdirSync(full, { withFileTypes: true })) {
      const inside = path.join(relative, entry.name);
      if (entry.isDirectory()) walk(inside);
      else found.push(inside);
    }
  };
  for (const folder of folders) walk(folder);
  return found.sort();
}
