'use client';

import { Lock, RotateCcw } from 'lucide-react';
import { useId } from 'react';
import type { Setting } from '@/lib/contract/system';
import { formatBytes } from '@/lib/units/format';
import { IconButton } from '../ui/button';
import { Switch } from '../ui/check';
import { cn } from '../ui/cn';
import { Input, Select } from '../ui/field';
import { asText, readable } from './settings-draft';

type SettingRowProps = {
  setting: Setting;
  /** What was typed; undefined while it is as the server says. */
  typed: string | boolean | null | undefined;
  error: string | undefined;
  onChange: (typed: string | boolean | null) => void;
};

const shownText = (setting: Setting, typed: SettingRowProps['typed']): string =>
  typed === undefined ? asText(setting.value) : typed === null ? asText(setting.default) : String(typed);

const shownSwitch = (setting: Setting, typed: SettingRowProps['typed']): boolean =>
  typed === undefined ? setting.value === true : typed === null ? setting.default === true : typed === true;

const Control = ({ setting, typed, error, onChange, id }: SettingRowProps & { id: string }) => {
  const common = { id, disabled: !setting.editable, 'aria-describedby': `${id}-note` };
  if (setting.kind === 'boolean') {
    return (
      <Switch
        {...common}
        checked={shownSwitch(setting, typed)}
        onChange={onChange}
        aria-label={setting.label}
      />
    );
  }
  const text = shownText(setting, typed);
  if (setting.kind === 'choice') {
    return (
      <Select {...common} value={text} onChange={(event) => onChange(event.target.value)}>
        {setting.choices?.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </Select>
    );
  }
  return (
    <span className="relative block w-full">
      <Input
        {...common}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        inputMode={setting.kind === 'integer' ? 'numeric' : undefined}
        aria-invalid={error ? true : undefined}
        autoComplete="off"
        className={cn(setting.unit && 'pr-[84px]', setting.kind === 'integer' && 'tabular-nums')}
      />
      {setting.unit ? (
        <span
          aria-hidden
          className="pointer-events-none absolute inset-y-0 right-[13px] grid place-items-center text-ink-3 text-label"
        >
          {setting.unit}
        </span>
      ) : null}
    </span>
  );
};

const Note = ({ setting, typed }: Pick<SettingRowProps, 'setting' | 'typed'>) => {
  if (setting.source === 'env') {
    return (
      <span className="flex items-center gap-1.5">
        <Lock aria-hidden className="size-3" />
        Fixed by <code className="mono text-ink-2">{setting.env}</code>
      </span>
    );
  }
  if (!setting.editable) {
    return (
      <>
        Set with <code className="mono text-ink-2">{setting.env}</code> before the start
      </>
    );
  }
  const bytes = setting.unit === 'bytes' ? Number(shownText(setting, typed)) : 0;
  return (
    <>
      Default {readable(setting, setting.default)}
      {bytes > 0 ? `, now ${formatBytes(bytes)}` : ''}
      {setting.restart ? '. Takes effect after a restart' : ''}
    </>
  );
};

/** One setting: what it does at the left, its value at the right, where the value comes from below. */
export const SettingRow = (props: SettingRowProps) => {
  const { setting, typed, error, onChange } = props;
  const id = useId();
  const changed = typed !== undefined;
  const own = typed === undefined ? setting.source === 'database' : typed !== null;
  return (
    <div className="grid gap-x-8 gap-y-2 border-line-soft border-b px-[18px] py-4 last:border-b-0 sm:grid-cols-[minmax(0,1fr)_300px]">
      <div className="min-w-0">
        <label htmlFor={id} className="flex items-center gap-2 font-[560]">
          {setting.label}
          {changed ? (
            <i aria-hidden title="Changed, not saved" className="size-1.5 rounded-full bg-accent-ink" />
          ) : null}
        </label>
        <p className="mt-0.5 text-ink-3 text-label">{setting.hint}</p>
      </div>
      <div className="min-w-0">
        <div className="flex min-h-8 items-center gap-1">
          <Control {...props} id={id} />
          {setting.editable && own && setting.kind !== 'boolean' ? (
            <IconButton label={`Put ${setting.label} back to its default`} onClick={() => onChange(null)}>
              <RotateCcw />
            </IconButton>
          ) : null}
        </div>
        <p
          id={`${id}-note`}
          role={error ? 'alert' : undefined}
          className={cn('mt-1.5 text-label', error ? 'text-bad' : 'text-ink-3')}
        >
          {error ?? <Note setting={setting} typed={typed} />}
        </p>
      </div>
    </div>
  );
};
