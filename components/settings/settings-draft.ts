import type { Setting } from '../../lib/contract/system.ts';
import { formatBytes, formatCount } from '../../lib/units/format.ts';

export type SettingValue = Setting['value'];
/** What was typed or chosen, by key; a key that is missing is as the server says. `null` is "back to the default". */
export type Draft = Readonly<Record<string, string | boolean | null>>;
export type Checked = { ok: true; value: SettingValue } | { ok: false; error: string };

const range = ({ min, max, unit }: Setting): string => {
  const of = unit === null ? '' : ` ${unit}`;
  if (min !== null && max !== null) return `Use ${formatCount(min)} to ${formatCount(max)}${of}.`;
  if (min !== null) return `Use ${formatCount(min)}${of} or more.`;
  return max === null ? 'Use a whole number.' : `Use at most ${formatCount(max)}${of}.`;
};

/** A setting's value as the field shows it. */
export const asText = (value: SettingValue): string => (value === null ? '' : String(value));

/** Turns what was typed into a value, or says what is valid. */
export const checkSetting = (setting: Setting, typed: string | boolean | null): Checked => {
  if (typed === null) return { ok: true, value: null };
  if (setting.kind === 'boolean') return { ok: true, value: typed === true };
  const text = String(typed).trim();
  if (setting.kind !== 'integer') return { ok: true, value: text };
  const number = Number(text);
  const fits =
    text !== '' &&
    Number.isInteger(number) &&
    (setting.min === null || number >= setting.min) &&
    (setting.max === null || number <= setting.max);
  return fits ? { ok: true, value: number } : { ok: false, error: range(setting) };
};

/** The changes that can be sent, and whether something typed is not valid. */
export const changesOf = (
  settings: readonly Setting[],
  draft: Draft,
): { changes: Record<string, SettingValue>; errors: Record<string, string> } => {
  const changes: Record<string, SettingValue> = {};
  const errors: Record<string, string> = {};
  for (const setting of settings) {
    const typed = draft[setting.key];
    if (typed === undefined) continue;
    const checked = checkSetting(setting, typed);
    if (!checked.ok) errors[setting.key] = checked.error;
    else if (checked.value === null ? setting.source === 'database' : checked.value !== setting.value) {
      changes[setting.key] = checked.value;
    }
  }
  return { changes, errors };
};

/** A value as a person reads it: "30 seconds", "2.1 MB", "on". */
export const readable = (setting: Pick<Setting, 'kind' | 'unit'>, value: SettingValue): string => {
  if (value === null || value === '') return 'none';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number' && setting.unit === 'bytes')
    return value === 0 ? '0 bytes' : formatBytes(value);
  return setting.unit === null ? String(value) : `${value} ${setting.unit}`;
};
