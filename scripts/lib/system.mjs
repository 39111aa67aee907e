import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline/promises';
import { answers, ROOT, run } from './run.mjs';
import { say, stop } from './say.mjs';

/** How each package manager installs what we need; the first one that is there is used. */
const MANAGERS = [
  {
    program: 'apt-get',
    update: ['update'],
    install: ['install', '-y', '--no-install-recommends'],
    names: { ffmpeg: ['ffmpeg'], chromium: ['chromium'], go: ['golang-go'] },
  },
  {
    program: 'dnf',
    install: ['install', '-y'],
    names: { ffmpeg: ['ffmpeg-free'], chromium: ['chromium'], go: ['golang'] },
  },
  {
    program: 'pacman',
    install: ['-Sy', '--noconfirm'],
    names: { ffmpeg: ['ffmpeg'], chromium: ['chromium'], go: ['go'] },
  },
  {
    program: 'zypper',
    install: ['--non-interactive', 'install'],
    names: { ffmpeg: ['ffmpeg'], chromium: ['chromium'], go: ['go'] },
  },
  {
    program: 'brew',
    install: ['install'],
    noRoot: true,
    names: { ffmpeg: ['ffmpeg'], chromium: ['chromium'], go: ['go'] },
  },
];

/** Settings that this script itself obeys may stand in .env too. */
function setting(name) {
  if (process.env[name] !== undefined) return process.env[name];
  const file = path.join(ROOT, '.env');
  if (!existsSync(file)) return undefined;
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((row) => row.trim().startsWith(`${name}=`));
  return line
    ?.slice(line.indexOf('=') + 1)
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2');
}

const isThere = {
  ffmpeg: async () =>
    (await answers(setting('FFMPEG_PATH') || 'ffmpeg', ['-version'])) &&
    (await answers(setting('FFPROBE_PATH') || 'ffprobe', ['-version'])),
  chromium: async () => (await chromiumPath()) !== null,
  go: () => answers('go', ['version']),
};

const CHROMIUMS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The browser that the tests drive; CHROMIUM_PATH names another one. */
export async function chromiumPath() {
  const candidates = [process.env.CHROMIUM_PATH, ...CHROMIUMS].filter(Boolean);
  return candidates.find((file) => existsSync(file)) ?? null;
}

const REFUSED = new Set(['0', 'false', 'no', 'off']);

/** Makes sure of programs that come from the system: says the command, then installs, asks, or explains. */
export async function ensureSystem(wanted) {
  const missing = [];
  for (const name of wanted) if (!(await isThere[name]())) missing.push(name);
  if (missing.length === 0) return;
  const manager = await findManager();
  if (!manager)
    stop(
      `${missing.join(' and ')} is missing and no known package manager is here. Install it, then run the command again.`,
    );
  const commands = commandsOf(manager, missing);
  const text = commands.map((command) => command.join(' ')).join(' && ');
  const root = manager.noRoot || process.getuid?.() === 0;
  if (REFUSED.has(String(setting('SIARAN_INSTALL_SYSTEM')).toLowerCase()))
    stop(`${missing.join(' and ')} is missing. Install it with: ${text}`);
  const prefix = root ? [] : (await answers('sudo', ['-n', 'true'])) || process.stdin.isTTY ? ['sudo'] : null;
  if (!prefix) stop(`${missing.join(' and ')} is missing. As root, run: ${text}`);
  say(`${missing.join(' and ')} is missing. The command to install it: ${prefix.concat(text).join(' ')}`);
  if (process.stdin.isTTY && !process.env.CI && !(await agreed()))
    stop('Nothing was installed. Run that command yourself, then start again.');
  for (const command of commands) {
    const [program, ...args] = [...prefix, ...command];
    const code = await run(program, args, {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['inherit', 'ignore', 'inherit'],
    });
    if (code !== 0) stop(`That did not work. Run it yourself to see why: ${text}`);
  }
  for (const name of missing)
    if (!(await isThere[name]()))
      stop(
        `${name} was installed but does not answer. Set ${name === 'ffmpeg' ? 'FFMPEG_PATH and FFPROBE_PATH' : 'CHROMIUM_PATH'}.`,
      );
}

async function findManager() {
  for (const manager of MANAGERS) if (await answers(manager.program, ['--version'])) return manager;
  return null;
}

function commandsOf(manager, missing) {
  const packages = missing.flatMap((name) => manager.names[name]);
  const install = [manager.program, ...manager.install, ...packages];
  return manager.update ? [[manager.program, ...manager.update], install] : [install];
}

async function agreed() {
  const terminal = readline.createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Run it now? [Y/n] ');
  terminal.close();
  return !/^n/i.test(answer.trim());
}
