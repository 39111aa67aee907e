// Writes .env.example and docs/configuration.md from the one table of settings; --check tells whether they are up to date.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { SETTING_KEYS, SETTINGS, type SettingDef } from '../../server/core/settings-table.ts';
import { ROOT, read, report } from './files.ts';

type Def = SettingDef<unknown>;

const GROUPS: Record<Def['group'], string> = {
  server: 'Server',
  access: 'Access',
  station: 'Station',
  live: 'Live channels',
  video: 'Videos',
  uploads: 'Uploads',
};

const defs: Def[] = SETTING_KEYS.map((key) => SETTINGS[key] as Def);

const grouped = Object.entries(GROUPS)
  .map(([group, title]) => ({ title, defs: defs.filter((def) => def.group === group) }))
  .filter((group) => group.defs.length > 0);

/** What a value may look like, in few words. */
function range(def: Def): string {
  const unit = def.unit ? ` ${def.unit}` : '';
  if (def.kind === 'integer') return `${def.min} to ${def.max}${unit}`;
  if (def.kind === 'boolean') return 'true or false';
  return def.choices ? def.choices.join(', ') : def.kind === 'list' ? 'list' : 'text';
}

const shown = (def: Def): string => (def.default === null ? '' : String(def.default));

function envExample(): string {
  const blocks = grouped.map(({ title, defs }) => {
    const rows = defs.map((def) => `# ${def.hint}\n# ${range(def)}\n# ${def.env}=${shown(def)}\n`);
    return `# --- ${title} ---\n\n${rows.join('\n')}`;
  });
  const head = [
    '# All settings with their defaults. Copy this file to .env and take away the # of those you change.',
    '# NAME_FILE=/path reads the value of NAME from a file, for secrets. docs/configuration.md tells the same as a table.',
  ].join('\n');
  return `${head}\n\n${blocks.join('\n')}`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

function configurationPage(): string {
  const tables = grouped.map(({ title, defs }) => {
    const rows = defs.map((def) => {
      const fallback = shown(def) === '' ? '' : `\`${shown(def)}\``;
      const where = def.runtime ? 'yes' : '';
      return `| \`${def.env}\` | ${cell(def.hint)} | ${cell(range(def))} | ${fallback} | ${where} |`;
    });
    return `## ${title}\n\n| name | what it does | values | default | panel |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Configuration

This page is written from the table of settings in \`server/core/settings-table.ts\`; change it there.

Nothing has to be configured. A setting comes from the environment (or from a file named \`.env\` beside
\`package.json\`), else from the Settings page of the panel, else it has its default. What the environment fixes is
shown read-only in the panel. The column "panel" tells which settings can be changed there while the server runs; all
others are read at start.

- \`NAME_FILE=/path/to/file\` reads the value of \`NAME\` from a file. Use it for secrets.
- Wrong values are reported all at once when the server starts, each with the values that would work, and the server
  does not start.
- Times are in seconds and sizes in bytes, as the column "values" says.

${tables.join('\n')}`;
}

const PAGES: Record<string, string> = {
  '.env.example': envExample(),
  'docs/configuration.md': configurationPage(),
};

function stale(file: string, text: string): boolean {
  try {
    return read(file) !== text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}

if (process.argv.includes('--check'))
  report(
    'settings pages',
    Object.entries(PAGES)
      .filter(([file, text]) => stale(file, text))
      .map(([file]) => `${file}: not up to date; run node scripts/check/env-example.ts`),
  );
else for (const [file, text] of Object.entries(PAGES)) writeFileSync(path.join(ROOT, file), text);
