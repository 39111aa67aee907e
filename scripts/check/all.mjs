// Every check of the source, as many at once as there are processors: `node scripts/check/all.mjs`, or only some: `… all.mjs types sizes`.
import os from 'node:os';
import path from 'node:path';
import { pinnedNode, ROOT, runQuietly } from '../lib/run.mjs';
import { say, seconds } from '../lib/say.mjs';

const modules = (file) => path.join(ROOT, 'node_modules', file);
const ours = (file) => path.join(ROOT, 'scripts', 'check', file);
const IMPORT_FOLDERS = ['app', 'components', 'lib', 'server', 'drizzle', 'scripts', 'tests', 'bench', 'bin'];

/** Name, and the program with its arguments, the longest first; all run on the pinned Node. */
const CHECKS = {
  types: [modules('typescript/bin/tsc'), '--noEmit', '-p', '.'],
  style: [modules('@biomejs/biome/bin/biome'), 'ci', '--error-on-warnings', '.'],
  imports: [
    modules('dependency-cruiser/bin/dependency-cruise.mjs'),
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'err',
    ...IMPORT_FOLDERS,
  ],
  unused: [modules('knip/bin/knip.js')],
  sizes: [ours('sizes.ts')],
  words: [ours('words.ts')],
  settings: [ours('env-example.ts'), '--check'],
  documents: [ours('docs.ts')],
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in CHECKS));
if (unknown.length > 0) {
  say(`There is no check named ${unknown.join(', ')}; there are ${Object.keys(CHECKS).join(', ')}.`);
  process.exit(2);
}

const todo = Object.keys(CHECKS).filter((name) => wanted.length === 0 || wanted.includes(name));
const rows = [];
await Promise.all(Array.from({ length: os.availableParallelism() }, work));

/** Takes one check after the other, until none is left; the words of each come in one piece. */
async function work() {
  for (let name = todo.shift(); name; name = todo.shift()) {
    const since = Date.now();
    const { code, words } = await runQuietly(pinnedNode(), CHECKS[name]);
    say(`--- ${name}${words && `\n${words}`}`);
    rows.push({ name, code, took: seconds(since) });
  }
}

say('---');
for (const { name, code, took } of rows)
  say(`${code === 0 ? 'fine  ' : 'FAILED'} ${name.padEnd(10)} ${took}`);
process.exitCode = rows.some((row) => row.code !== 0) ? 1 : 0;
