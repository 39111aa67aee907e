'use client';

import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { type UseFormReturn, useFieldArray } from 'react-hook-form';
import { Button, IconButton } from '../ui/button';
import { Input } from '../ui/field';
import type { ChannelForm } from './channel-form-schema';

/** The sources in failover order: add, remove, move up and down. */
export const SourceEditor = ({ form }: { form: UseFormReturn<ChannelForm> }) => {
  const { fields, append, remove, move } = useFieldArray({ control: form.control, name: 'sources' });
  const errors = form.formState.errors.sources;
  return (
    <fieldset className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-2">
      <legend className="mb-1.5 font-[560]">
        Sources <span className="font-[450] text-ink-3 text-label">tried in this order</span>
      </legend>
      {fields.map((field, i) => (
        <div key={field.id} className="flex items-start gap-1.5">
          <span
            aria-hidden
            className="mt-3 grid size-5 shrink-0 place-items-center rounded-[5px] border border-line-strong font-[620] text-[11px] text-ink-2"
          >
            {i + 1}
          </span>
          <div className="min-w-0 flex-1">
            {field.sourceId === null ? (
              <Input
                {...form.register(`sources.${i}.url`)}
                aria-label={`Address of source ${i + 1}`}
                aria-invalid={errors?.[i]?.url ? true : undefined}
                inputMode="url"
                autoComplete="off"
                spellCheck={false}
                className="font-mono text-[13px]"
              />
            ) : (
              <p
                title={field.label}
                className="mono flex h-11 items-center truncate rounded-[10px] border border-line bg-surface px-[13px] text-ink-2"
              >
                <span className="truncate">{field.label}</span>
              </p>
            )}
            {errors?.[i]?.url ? (
              <p role="alert" className="mt-1 text-bad text-label">
                {errors[i]?.url?.message}
              </p>
            ) : null}
          </div>
          <span className="mt-1.5 flex">
            <IconButton label={`Move source ${i + 1} up`} disabled={i === 0} onClick={() => move(i, i - 1)}>
              <ArrowUp />
            </IconButton>
            <IconButton
              label={`Move source ${i + 1} down`}
              disabled={i === fields.length - 1}
              onClick={() => move(i, i + 1)}
              className="max-sm:hidden"
            >
              <ArrowDown />
            </IconButton>
            <IconButton label={`Remove source ${i + 1}`} onClick={() => remove(i)}>
              <X />
            </IconButton>
          </span>
        </div>
      ))}
      <p className="flex items-center justify-between gap-3">
        <Button size="sm" onClick={() => append({ sourceId: null, label: '', url: '' })}>
          <Plus aria-hidden />
          Add a source
        </Button>
        <span className="text-ink-3 text-label">HTTP, HLS, RTMP, RTSP, SRT, UDP</span>
      </p>
    </fieldset>
  );
};
