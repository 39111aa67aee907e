// Every check of the source, one after another: `node scripts/check/all.mjs`, or only some: `… all.mjs types sizes`.
import path from 'node:path';
import { pinnedNode, ROOT, run } from '../lib/run.mjs';
import { say, seconds } from '../lib/say.mjs';

const modules = (file) => path.join(ROOT, 'node_modules', file);
const ours = (file) => path.join(ROOT, 'scripts', 'check', file);
const IMPORT_FOLDERS = ['app', 'components', 'lib', 'server', 'drizzle', 'scripts', 'tests', 'bench', 'bin'];

/** Name, and the program with its arguments; all run on the pinned Node. */
const CHECKS = {
  style: [modules('@biomejs/biome/bin/biome'), 'ci', '--error-on-warnings', '.'],
  types: [modules('typescript/bin/tsc'), '--noEmit', '-p', '.'],
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

const rows = [];
for (const [name, command] of Object.entries(CHECKS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  say(`--- ${name}`);
  const since = Date.now();
  const code = await run(pinnedNode(), command);
  rows.push({ name, code, took: seconds(since) });
}
say('---');
for (const { name, code, took } of rows)
  say(`${code === 0 ? 'fine  ' : 'FAILED'} ${name.padEnd(10)} ${took}`);
process.exitCode = rows.some((row) => row.code !== 0) ? 1 : 0;
