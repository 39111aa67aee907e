'use client';

import { ChevronDown } from 'lucide-react';
import { type UseFormReturn, useWatch } from 'react-hook-form';
import type { ChannelDetail } from '@/lib/contract/channels';
import { Field, Input } from '../ui/field';
import type { ChannelForm } from './channel-form-schema';
import { STREAM_FIELDS, shownIn } from './stream-form';

type StreamFieldsProps = {
  form: UseFormReturn<ChannelForm>;
  /** The server's values; null for a channel that is being made. */
  server: ChannelDetail['serverSettings'] | null;
};

const summary = (own: number): string =>
  own === 0 ? "the server's values" : own === 1 ? 'one of its own' : `${own} of its own`;

/** How the channel runs, folded away; what is empty is as on the server. */
export const StreamFields = ({ form, server }: StreamFieldsProps) => {
  const values = useWatch({ control: form.control, name: 'stream' });
  const errors = form.formState.errors.stream;
  const own = STREAM_FIELDS.filter(({ name }) => values[name] !== '').length;
  return (
    <details className="group border-line border-t pt-3" open={errors ? true : undefined}>
      <summary className="-mx-1 flex min-h-8 list-none items-center gap-2 rounded-sm px-1 [&::-webkit-details-marker]:hidden">
        <b className="font-[560]">Streaming</b>
        <span className="text-ink-3 text-label">{summary(own)}</span>
        <ChevronDown
          aria-hidden
          className="ml-auto size-4 text-ink-3 transition-transform duration-(--duration-fast) group-open:rotate-180"
        />
      </summary>
      <div className="mt-2.5 grid items-start gap-3 sm:grid-cols-3">
        {STREAM_FIELDS.map(({ name, label, hint, unit }) => (
          <Field key={name} label={label} aside={unit} hint={hint} error={errors?.[name]?.message}>
            <Input
              {...form.register(`stream.${name}`)}
              inputMode="numeric"
              autoComplete="off"
              placeholder={server ? `Server: ${shownIn(name, server[name])}` : "Server's value"}
              className="tabular-nums"
            />
          </Field>
        ))}
      </div>
      <p className="mt-2.5 text-ink-3 text-label">
        Empty fields follow the server. A new idle timeout counts at once, the others when the channel starts
        the next time.
      </p>
    </details>
  );
};
