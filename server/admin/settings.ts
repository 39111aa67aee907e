import { inArray } from 'drizzle-orm';
import { setting } from '../../drizzle/schema/index.ts';
import type { Setting } from '../../lib/contract/system.ts';
import type { Config, Settings } from '../core/config.ts';
import { AppError, messageOf } from '../core/errors.ts';
import type { Events } from '../core/events.ts';
import type { Log } from '../core/log.ts';
import {
  SETTING_KEYS,
  SETTINGS,
  type SettingDef,
  type SettingKey,
  type SettingValues,
} from '../core/settings-table.ts';
import type { Db } from '../db/index.ts';

type Value = string | number | boolean | null;
const SECRET_KEYS = new Set<SettingKey>(['secret', 'adminPassword', 'metricsToken', 'databaseUrl']);

export type SettingsService = Settings & {
  /** All settings with where each value comes from; secrets only say whether they are set. */
  list(): Setting[];
  /** Changes settings; null puts one back to its default. All or none. */
  patch(changes: Record<string, Value>): Promise<void>;
  close(): void;
};

type Ports = { config: Config; db: Db; events: Events; log: Log };

/**
 * Settings with the environment over the database over the default (contracts.md §10). A change that another process on
 * this database made is read when its event comes.
 */
export async function openSettings({ config, db, events, log }: Ports): Promise<SettingsService> {
  const stored = new Map<SettingKey, Value>();
  const load = async () => {
    const rows = await db.select().from(setting);
    stored.clear();
    for (const { key, value } of rows)
      if (isKey(key) && SETTINGS[key].schema.safeParse(value).success) stored.set(key, value);
  };
  await load();
  const reload = () => {
    load().catch((error) => log.warn({ error: messageOf(error) }, 'changed settings could not be read'));
  };
  const off = [events.on('settings.changed', reload), events.on('peers.missed', reload)];
  const get = <K extends SettingKey>(key: K): SettingValues[K] => {
    if (config.fixed.has(key) || !SETTINGS[key].runtime || !stored.has(key)) return config.values[key];
    return stored.get(key) as SettingValues[K];
  };
  return {
    get,
    list: () =>
      SETTING_KEYS.map((key) => shownSetting(key, get(key), config.fixed.has(key), stored.has(key))),
    async patch(changes) {
      const checked = check(changes, config);
      const removed = checked.filter(([, value]) => value === null).map(([key]) => key);
      await db.transaction(async (tx) => {
        if (removed.length > 0) await tx.delete(setting).where(inArray(setting.key, removed));
        for (const [key, value] of checked) {
          if (value === null) continue;
          await tx
            .insert(setting)
            .values({ key, value })
            .onConflictDoUpdate({ target: setting.key, set: { value, updatedAt: new Date() } });
        }
      });
      for (const [key, value] of checked) value === null ? stored.delete(key) : stored.set(key, value);
      if (checked.length > 0) events.emit('settings.changed', { keys: checked.map(([key]) => key) });
    },
    close() {
      for (const stop of off) stop();
    },
  };
}

const isKey = (key: string): key is SettingKey => Object.hasOwn(SETTINGS, key);

function check(changes: Record<string, Value>, config: Config): [SettingKey, Value][] {
  const problems: { field: string; message: string }[] = [];
  const checked: [SettingKey, Value][] = [];
  for (const [key, value] of Object.entries(changes)) {
    if (!isKey(key)) problems.push({ field: key, message: 'There is no such setting.' });
    else if (config.fixed.has(key))
      problems.push({ field: key, message: `This is fixed by ${SETTINGS[key].env} in the environment.` });
    else if (!SETTINGS[key].runtime)
      problems.push({
        field: key,
        message: `This can only be set by ${SETTINGS[key].env} in the environment.`,
      });
    else if (value !== null && !SETTINGS[key].schema.safeParse(value).success)
      problems.push({ field: key, message: expected(SETTINGS[key] as SettingDef<unknown>) });
    else checked.push([key, value]);
  }
  if (problems.length > 0) throw new AppError('VALIDATION', { details: problems });
  return checked;
}

function expected(def: SettingDef<unknown>): string {
  if (def.kind === 'integer')
    return `Use a whole number from ${def.min} to ${def.max}${def.unit ? ` ${def.unit}` : ''}.`;
  if (def.choices) return `Use one of ${def.choices.join(', ')}.`;
  return def.kind === 'boolean' ? 'Use true or false.' : 'This value does not fit.';
}

function shownSetting(key: SettingKey, value: Value, fixed: boolean, stored: boolean): Setting {
  const {
    schema: _schema,
    default: fallback,
    runtime,
    choices,
    group,
    ...words
  } = SETTINGS[key] as SettingDef<Value>;
  const secret = SECRET_KEYS.has(key);
  return {
    key,
    ...words,
    group,
    choices: choices ? [...choices] : null,
    value: secret ? (value === null ? null : '***') : value,
    default: fallback,
    source: fixed ? 'env' : stored && runtime ? 'database' : 'default',
    editable: runtime && !fixed,
    restart: !runtime,
  };
}
