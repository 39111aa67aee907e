// `npm run prove`: what unit tests cannot show. `-- --rounds N` kills the server N times during an upload and during a
// transcode; `-- --fresh-start` clones the repository and starts it twice with an empty data folder.
import path from 'node:path';
import { checkNode, ensureModules } from './lib/prepare.mjs';
import { pinnedNode, run } from './lib/run.mjs';
import { stop } from './lib/say.mjs';
import { ensureSystem } from './lib/system.mjs';

checkNode();
await ensureModules();
await ensureSystem(['ffmpeg']);
const words = process.argv.slice(2);
const at = words.indexOf('--rounds');
const rounds = at >= 0 ? Number(words[at + 1]) : 20;
if (!Number.isInteger(rounds) || rounds < 1) stop('Write it as: npm run prove -- --rounds 20');
const proofs = words.includes('--fresh-start')
  ? [['fresh-start.ts']]
  : [
      ['kill-upload.ts', String(rounds)],
      ['kill-transcode.ts', String(rounds)],
    ];
for (const [file, ...args] of proofs) {
  const code = await run(pinnedNode(), [path.join('tests', 'prove', file), ...args]);
  if (code !== 0) stop(`${file} did not hold.`);
}
