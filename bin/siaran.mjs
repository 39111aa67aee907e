#!/usr/bin/env node
// `siaran COMMAND …`: runs scripts/commands/COMMAND.ts on the Node that the lockfile pins.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pinnedNode, programEnv, ROOT, run } from '../scripts/lib/run.mjs';

const [command = '', ...args] = process.argv.slice(2);
const folder = path.join(ROOT, 'scripts', 'commands');
const file = path.join(folder, `${command}.ts`);
if (!/^[a-z][a-z-]*$/.test(command) || !existsSync(file)) {
  const known = readdirSync(folder).flatMap((name) => /^([a-z-]+)\.ts$/.exec(name)?.[1] ?? []);
  const usage = `Usage: siaran COMMAND\nCommands: ${known.sort().join(', ')}\n`;
  const isAsked = ['--help', '-h', 'help'].includes(command);
  (isAsked ? process.stdout : process.stderr).write(usage);
  process.exit(isAsked ? 0 : 2);
}
const env = existsSync(path.join(ROOT, '.env')) ? ['--env-file=.env'] : [];
// npm starts scripts in the project's folder; file names are meant from where the command was typed.
const from = process.env.npm_lifecycle_event === command ? process.env.INIT_CWD : undefined;
const options = {
  env: programEnv({ SIARAN_CALLED_FROM: from ?? process.cwd() }),
  forward: ['SIGINT', 'SIGTERM', 'SIGHUP'],
};
process.exit(await run(pinnedNode(), [...env, file, ...args], options));
