import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { filesBelow, pinnedNode, ROOT, run } from './run.mjs';
import { say, seconds, stop } from './say.mjs';

const MODULES_STAMP = path.join(ROOT, 'node_modules', '.siaran-lock');
const BUILD_STAMP = path.join(ROOT, '.next', 'siaran-build');
const BUILD_FOLDERS = ['app', 'components', 'lib', 'public'];
const BUILD_FILES = ['next.config.ts', 'postcss.config.mjs', 'tsconfig.json', 'package-lock.json'];

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** Installs the packages when the lock file changed since the last time. */
export async function ensureModules() {
  const hash = createHash('sha256')
    .update(read(path.join(ROOT, 'package-lock.json')))
    .update(process.platform + process.arch)
    .digest('hex');
  if (read(MODULES_STAMP) === hash) return;
  const startedMs = Date.now();
  say('Installing packages (only now and after updates) …');
  // The npm that runs this script, on the Node that runs it: a bare `npm` may be another one.
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = npm
    ? await run(process.execPath, [npm, ...args], { env: process.env })
    : await run('npm', args, { env: process.env });
  if (code !== 0)
    stop(
      'The packages could not be installed; npm says why above. Check the connection to your npm registry, then run the command again.',
    );
  writeFileSync(MODULES_STAMP, hash);
  say(`Packages installed in ${seconds(startedMs)}.`);
}

/** What the built pages depend on, as one hash. */
function buildHash() {
  const hash = createHash('sha256');
  const tests = /\.test\.tsx?$/;
  for (const file of [...filesBelow(BUILD_FOLDERS).filter((name) => !tests.test(name)), ...BUILD_FILES]) {
    hash
      .update(file)
      .update('\0')
      .update(existsSync(path.join(ROOT, file)) ? readFileSync(path.join(ROOT, file)) : '')
      .update('\0');
  }
  return hash.digest('hex');
}

/** Builds the pages when something they are made of changed. */
export async function ensureBuild() {
  const hash = buildHash();
  if (read(BUILD_STAMP) === hash) return;
  const startedMs = Date.now();
  say('Building the pages …');
  rmSync(BUILD_STAMP, { force: true });
  const code = await run(pinnedNode(), [
    path.join(ROOT, 'node_modules', 'next', 'dist', 'bin', 'next'),
    'build',
  ]);
  if (code !== 0) stop('The pages could not be built; the message above says why.');
  writeFileSync(BUILD_STAMP, hash);
  say(`Pages built in ${seconds(startedMs)}.`);
}

/** The server runs on the pinned Node; elsewhere the system's has to be new enough to run TypeScript. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 18)
    stop(
      `Siaran needs Node 18 or newer to start; this is ${process.versions.node}. Install a newer Node, then run the command again.`,
    );
  const pinned = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
  if (!pinned && (major < 22 || (major === 22 && minor < 18))) {
    stop(
      `Siaran needs Node 22.18 or newer on ${process.platform}-${process.arch}; this is ${process.versions.node}. Install a newer Node, then run the command again.`,
    );
  }
}
