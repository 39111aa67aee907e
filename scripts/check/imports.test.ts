import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
/** The file that imports, what it imports, and the rule that has to object (null: allowed). */
const CASES: [from: string, text: string, rule: string | null][] = [
  ['server/core/a.ts', "import '../net/target.ts';", 'core-layer-core'],
  ['server/core/b.ts', "import '../../lib/contract/target.ts';", null],
  ['server/media/a.ts', "import '../net/target.ts';", 'core-layer-media'],
  ['server/media/b.ts', "import '../../drizzle/schema/target.ts';", 'core-layer-media'],
  ['server/jobs/a.ts', "import '../db/target.ts';", null],
  ['server/auth/a.ts', "import '../../drizzle/schema/target.ts';", null],
  ['server/core/c.ts', "import type { T } from '../net/target.ts';\nexport type U = T;", 'core-layer-core'],
  ['server/vod/a.ts', "import '../live/target.ts';", 'domain-vod'],
  ['server/live/a.ts', "import '../../server/core/target.ts';", null],
  ['server/delivery/a.ts', "import '../api/target.ts';", 'domain-delivery'],
  ['server/delivery/b.ts', "import '../index.ts';", 'domain-delivery'],
  ['server/api/a.ts', "import '../vod/target.ts';", null],
  ['server/api/b.ts', "import '../index.ts';", 'server-api'],
  ['server/index.ts', "import './api/target.ts';", null],
  ['server/vod/b.ts', "import '../../components/target.tsx';", 'server-not-pages'],
  ['lib/contract/a.ts', "import '../../server/core/target.ts';", 'lib'],
  ['lib/formats/a.ts', "import 'node:fs';", 'lib-runs-anywhere'],
  ['lib/units/a.ts', "import 'react';", 'lib-contract-only-zod'],
  ['lib/client/a.ts', "import 'react';", null],
  ['components/a.tsx', "import '@/server/core/target.ts';", 'components'],
  ['components/b.tsx', "import '@/app/target.tsx';", 'components'],
  ['app/a.tsx', "import '@/server/core/target';", 'app'],
  ['app/b.tsx', "import '@/components/target';", null],
  ['drizzle/schema/a.ts', "import '../../lib/contract/target.ts';", 'drizzle-types-only'],
  ['drizzle/schema/b.ts', "import type { T } from '../../lib/contract/target.ts';\nexport type U = T;", null],
  ['drizzle/schema/c.ts', "import '../../server/core/target.ts';", 'drizzle'],
  ['server/vod/c.ts', "import 'undici';", 'outbound-only-in-net'],
  ['server/net/a.ts', "import 'undici';", null],
  ['server/vod/d.ts', "import 'fluent-ffmpeg';", 'fluent-ffmpeg-behind-media'],
  ['server/vod/e.ts', "import './nowhere.ts';", 'resolvable'],
  ['server/vod/f.ts', "import '../../tests/target.ts';", 'product-without-tests'],
  ['server/vod/f.test.ts', "import '../../tests/target.ts';", null],
  ['lib/client/round.ts', "import './trip.ts';", 'no-cycle'],
];

const TARGETS = [
  ...['core', 'net', 'db', 'live', 'vod', 'api'].map((folder) => `server/${folder}/target.ts`),
  'lib/contract/target.ts',
  'drizzle/schema/target.ts',
  'tests/target.ts',
  'components/target.tsx',
  'app/target.tsx',
];

let folder = '';
let found: { from: string; rule: { name: string } }[] = [];

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'imports-'));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), `${text}\n`);
  };
  for (const name of ['.dependency-cruiser.mjs', 'tsconfig.json', 'package.json'])
    cpSync(path.join(ROOT, name), path.join(folder, name));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  for (const file of TARGETS) write(file, 'export type T = string;\nexport const target = 1;');
  for (const [file, text] of CASES) write(file, text);
  write('lib/client/trip.ts', "import './round.ts';");
  const tops = ['app', 'components', 'lib', 'server', 'drizzle', 'tests'];
  const cli = path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...tops];
  const run = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8' });
  found = JSON.parse(run.stdout).summary.violations;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(CASES)('%s with "%s" meets the rule %s', (from, _text, rule) => {
  const names = found.filter((violation) => violation.from === from).map((violation) => violation.rule.name);
  if (rule === null) expect(names).toEqual([]);
  else expect(names).toContain(rule);
});

test('the command ends with an error when a rule is broken', () => {
  const cli = path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const run = () =>
    execFileSync(process.execPath, [cli, '--config', '.dependency-cruiser.mjs', 'server'], {
      cwd: folder,
      stdio: 'pipe',
    });
  expect(run).toThrow();
});
