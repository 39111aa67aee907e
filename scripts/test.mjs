// `npm test`: makes sure of what tests need, then runs them: static checks, unit, journeys, the two main browser journeys.
// `npm test -- unit` runs one part; `npm test -- browser-all` the other browser tests too.
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { checkNode, ensureBuild, ensureModules } from './lib/prepare.mjs';
import { pinnedNode, ROOT, run, toolEnv } from './lib/run.mjs';
import { say, seconds, stop } from './lib/say.mjs';
import { chromiumPath, ensureSystem } from './lib/system.mjs';

const RESULTS = path.join(ROOT, 'test-results');
const module = (...parts) => path.join(ROOT, 'node_modules', ...parts);
const vitest = (name, projects = name) => [
  module('vitest', 'vitest.mjs'),
  'run',
  `--project=${projects}`,
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${path.join(RESULTS, `${name}.json`)}`,
];
const playwright = (project) => [module('@playwright', 'test', 'cli.js'), 'test', `--project=${project}`];

const PARTS = {
  static: { args: () => [path.join('scripts', 'check', 'all.mjs')] },
  unit: { args: () => vitest('unit', 'unit*'), results: 'unit' },
  journeys: { args: () => vitest('journeys'), results: 'journeys' },
  browser: { args: () => playwright('main'), results: 'browser-main', pages: true },
  'browser-more': { args: () => playwright('more'), results: 'browser-more', pages: true },
};
const NORMAL = ['static', 'unit', 'journeys', 'browser'];

checkNode();
await ensureModules();
await ensureSystem(['ffmpeg', 'chromium']);
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('-'));
for (const name of wanted)
  if (!PARTS[name]) stop(`There is no part "${name}". Parts: ${Object.keys(PARTS).join(', ')}.`);
await runParts(wanted.length > 0 ? wanted : NORMAL);

async function runParts(names) {
  rmSync(RESULTS, { recursive: true, force: true });
  const env = toolEnv({ CHROMIUM_PATH: (await chromiumPath()) ?? '', NODE_ENV: 'test' });
  const total = { passed: 0, failed: 0 };
  const failed = [];
  for (const name of names) {
    const part = PARTS[name];
    if (part.pages) await ensureBuild();
    const startedMs = Date.now();
    say(`\n── ${name}`);
    const code = await run(pinnedNode(), part.args(), { env });
    if (code !== 0) failed.push(name);
    if (part.results) add(total, part.results);
    say(`── ${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds(startedMs)}`);
  }
  say(`\n${total.passed} passed, ${total.failed} failed`);
  if (failed.length > 0) stop(`Failed: ${failed.join(', ')}.`);
}

/** Adds the counts of a part's JSON report (vitest's or Playwright's). */
function add(total, name) {
  try {
    const report = JSON.parse(readFileSync(path.join(RESULTS, `${name}.json`), 'utf8'));
    total.passed += report.numPassedTests ?? report.stats.expected + report.stats.flaky;
    total.failed += report.numFailedTests ?? report.stats.unexpected;
  } catch {
    total.failed += 1; // a part that left no report did not run
  }
}
