// `npm run bench -- memory`: measures one part against what it has to reach; without a name it lists the parts.
import path from 'node:path';
import { checkNode, ensureModules } from './lib/prepare.mjs';
import { pinnedNode, run } from './lib/run.mjs';
import { ensureSystem } from './lib/system.mjs';

checkNode();
await ensureModules();
// The peer of the relay and the crowds of viewers are a program in Go, which is built on the spot.
const withGo = process.argv.some((word) => ['relay', 'connections'].includes(word));
await ensureSystem(withGo ? ['ffmpeg', 'go'] : ['ffmpeg']);
process.exitCode = await run(pinnedNode(), [path.join('bench', 'run.ts'), ...process.argv.slice(2)]);
