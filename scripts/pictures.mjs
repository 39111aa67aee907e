// `npm run pictures`: takes the README's picture; `-- DIR` pictures of every screen into a folder, `-- DIR uploads` of the tray.
import path from 'node:path';
import { checkNode, ensureBuild, ensureModules } from './lib/prepare.mjs';
import { pinnedNode, run } from './lib/run.mjs';
import { ensureSystem } from './lib/system.mjs';

checkNode();
await ensureModules();
await ensureSystem(['ffmpeg', 'chromium']);
// Pictures of pages that were built before the last change would show another panel.
await ensureBuild();
const script = path.join('scripts', 'pictures', 'screens.ts');
process.exitCode = await run(pinnedNode(), [script, ...process.argv.slice(2)]);
