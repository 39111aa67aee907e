import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  SETTING_KEYS,
  SETTINGS,
  type SettingDef,
  type SettingKey,
  type SettingValues,
} from './settings-table.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export type Config = {
  /** Values with env > default applied; what an admin may change in the panel is read through `Settings` instead. */
  readonly values: Readonly<SettingValues>;
  /** The keys that the environment fixes. */
  readonly fixed: ReadonlySet<SettingKey>;
  /** DATA_DIR, absolute. */
  readonly dataDir: string;
  readonly version: string;
};

export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const TRUE = new Set(['1', 'true', 'yes', 'on']);
const FALSE = new Set(['0', 'false', 'no', 'off']);

/** Turns the text of an environment variable into the type of its setting; undefined when it cannot be. */
export function readText(def: SettingDef<unknown>, text: string): unknown {
  if (def.kind === 'integer') return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
  if (def.kind === 'boolean')
    return TRUE.has(text.toLowerCase()) ? true : FALSE.has(text.toLowerCase()) ? false : undefined;
  return text;
}

function expected(def: SettingDef<unknown>): string {
  if (def.kind === 'integer')
    return `a whole number from ${def.min} to ${def.max}${def.unit ? ` (${def.unit})` : ''}`;
  if (def.kind === 'boolean') return 'true or false';
  if (def.choices) return `one of ${def.choices.join(', ')}`;
  return 'a text';
}

function textOf(env: Env, name: string, problems: string[]): string | undefined {
  const direct = env[name];
  if (direct !== undefined && direct !== '') return direct;
  const file = env[`${name}_FILE`];
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    problems.push(`${name}_FILE names ${file}, which cannot be read.`);
    return undefined;
  }
}

function readSetting(key: SettingKey, text: string, problems: string[]): unknown {
  const def = SETTINGS[key] as SettingDef<unknown>;
  const value = readText(def, text);
  const checked = value === undefined ? undefined : def.schema.safeParse(value);
  if (checked?.success) return checked.data;
  const shown =
    key === 'secret' || key === 'adminPassword' || key === 'metricsToken' || key === 'databaseUrl'
      ? 'its value'
      : JSON.stringify(text);
  const why =
    def.kind === 'string' || def.kind === 'list'
      ? (checked?.error.issues[0]?.message ?? expected(def))
      : `is ${expected(def)}`;
  problems.push(`${def.env}: ${shown} does not work; the right value ${why}.`);
  return def.default;
}

/** Reads the whole configuration and reports all problems at once (the only reader of the environment). */
export function loadConfig(env: Env = process.env, version = '0.0.0'): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  const fixed = new Set<SettingKey>();
  for (const key of SETTING_KEYS) {
    const text = textOf(env, SETTINGS[key].env, problems);
    values[key] = SETTINGS[key].default;
    if (text === undefined) continue;
    fixed.add(key);
    values[key] = readSetting(key, text, problems);
  }
  const all = values as SettingValues;
  if (fixed.has('adminEmail') !== fixed.has('adminPassword'))
    problems.push('ADMIN_EMAIL and ADMIN_PASSWORD go together; set both or none.');
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({ values: Object.freeze(all), fixed, dataDir: path.resolve(all.dataDir), version });
}

/** What a part reads at run time: the environment's value, else the panel's, else the default. */
export type Settings = {
  get<K extends SettingKey>(key: K): SettingValues[K];
};

/** Settings straight from the configuration, without a database behind them. */
export const fixedSettings = (config: Config): Settings => ({ get: (key) => config.values[key] });
