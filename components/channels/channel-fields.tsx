'use client';

import { useId } from 'react';
import { Controller, type UseFormRegisterReturn, type UseFormReturn } from 'react-hook-form';
import type { ChannelDetail } from '@/lib/contract/channels';
import { Switch } from '../ui/check';
import { Field, Input } from '../ui/field';
import type { ChannelForm } from './channel-form-schema';
import { GroupOptions } from './move-dialog';
import { SourceEditor } from './source-editor';
import { StreamFields } from './stream-fields';

const OnOff = ({ form }: { form: UseFormReturn<ChannelForm> }) => (
  <Controller
    control={form.control}
    name="enabled"
    render={({ field }) => (
      <div className="flex items-center gap-3 border-line border-t pt-4">
        <Switch checked={field.value} onChange={field.onChange} aria-label="On" />
        <span>
          <b className="font-[560]">{field.value ? 'On' : 'Off'}</b>{' '}
          <span className="text-ink-3 text-label">
            {field.value ? 'Viewers can start it.' : 'Hidden from viewers and from the playlist.'}
          </span>
        </span>
      </div>
    )}
  />
);

type ChannelFieldsProps = {
  form: UseFormReturn<ChannelForm>;
  /** The name is registered outside, because a new channel's path follows it. */
  name: UseFormRegisterReturn<'name'>;
  /** The channel as it was read; null for a new one. */
  channel: ChannelDetail | null;
};

/** What can be set of a channel: name, number, group, path, sources, how it runs, on or off. */
export const ChannelFields = ({ form, name, channel }: ChannelFieldsProps) => {
  const listId = useId();
  const { errors } = form.formState;
  return (
    <>
      <div className="grid grid-cols-[minmax(0,1fr)_112px] items-start gap-3">
        <Field label="Name" error={errors.name?.message}>
          <Input {...name} autoFocus={channel === null} autoComplete="off" />
        </Field>
        <Field label="Number" error={errors.chno?.message}>
          <Input {...form.register('chno')} inputMode="numeric" autoComplete="off" />
        </Field>
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 sm:grid-cols-2 sm:gap-3">
        <Field label="Group" error={errors.group?.message}>
          <Input {...form.register('group')} list={listId} autoComplete="off" />
        </Field>
        <Field label="Output path" error={errors.outputPath?.message} hint="Stands in its address: /stream/…">
          <Input
            {...form.register('outputPath')}
            autoComplete="off"
            spellCheck={false}
            className="font-mono text-[13px]"
          />
        </Field>
      </div>
      <GroupOptions id={listId} />
      <SourceEditor form={form} />
      <StreamFields form={form} server={channel?.serverSettings ?? null} />
      <OnOff form={form} />
    </>
  );
};
