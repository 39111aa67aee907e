'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { createChannel, deleteChannel, updateChannel } from '@/lib/client/channels';
import { ApiError } from '@/lib/client/http';
import { keys } from '@/lib/client/keys';
import type { ChannelDetail } from '@/lib/contract/channels';
import { Button } from '../ui/button';
import { Switch } from '../ui/check';
import { Confirm } from '../ui/confirm';
import { Dialog } from '../ui/dialog';
import { ErrorBox } from '../ui/feedback';
import { Field, Input } from '../ui/field';
import { tell, tellError } from '../ui/toast';
import { ChannelForm, emptyForm, formOf, pathFromName, toCreate, toPatch } from './channel-form-schema';
import { GroupOptions } from './move-dialog';
import { SourceEditor } from './source-editor';

type ChannelDialogProps = {
  /** The channel to edit; null makes a new one. */
  channel: ChannelDetail | null;
  onClose: () => void;
  onSaved: (channel: ChannelDetail) => void;
  onDeleted: () => void;
};

/** Adds a channel, or edits one: name, number, group, path, and its sources in order. */
export const ChannelDialog = ({ channel, onClose, onSaved, onDeleted }: ChannelDialogProps) => {
  const client = useQueryClient();
  const formId = useId();
  const listId = useId();
  const [asking, setAsking] = useState(false);
  const form = useForm<ChannelForm>({
    resolver: zodResolver(ChannelForm),
    defaultValues: channel ? formOf(channel) : emptyForm(),
  });
  const { errors, dirtyFields } = form.formState;
  const save = useMutation({
    mutationFn: (values: ChannelForm) =>
      channel
        ? updateChannel(channel.id, toPatch(values, channel), channel.etag)
        : createChannel(toCreate(values)),
    onSuccess: (saved) => {
      client.setQueryData(keys.channel(saved.id), saved);
      void client.invalidateQueries({ queryKey: keys.channels });
      tell(channel ? `${saved.name} is saved.` : `${saved.name} is ready. It starts with its first viewer.`);
      onSaved(saved);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'OUTPUT_PATH_TAKEN') {
        form.setError('outputPath', { message: error.message }, { shouldFocus: true });
      }
    },
  });
  const remove = useMutation({
    mutationFn: deleteChannel,
    onSuccess: () => {
      tell(`${channel?.name} is deleted.`);
      void client.invalidateQueries({ queryKey: keys.channels });
      onDeleted();
    },
    onError: tellError,
  });
  const name = form.register('name', {
    onChange: (event: { target: { value: string } }) => {
      if (channel === null && !dirtyFields.outputPath)
        form.setValue('outputPath', pathFromName(event.target.value));
    },
  });
  const shownElsewhere = save.error instanceof ApiError && save.error.code === 'OUTPUT_PATH_TAKEN';
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={channel ? `Edit ${channel.name}` : 'Add a channel'}
      footer={
        <>
          {channel ? (
            <Button tone="quiet" className="mr-auto text-bad hover:text-bad" onClick={() => setAsking(true)}>
              Delete channel
            </Button>
          ) : null}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" busy={save.isPending}>
            {channel ? 'Save' : 'Add channel'}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="grid grid-cols-[minmax(0,1fr)] gap-4 pt-1"
        onSubmit={form.handleSubmit((v) => save.mutate(v))}
      >
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
          <Field
            label="Output path"
            error={errors.outputPath?.message}
            hint="Stands in its address: /stream/…"
          >
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
        {save.error && !shownElsewhere ? (
          <ErrorBox title="The channel was not saved" error={save.error} />
        ) : null}
      </form>
      {channel ? (
        <Confirm
          open={asking}
          onOpenChange={setAsking}
          title={`Delete ${channel.name}?`}
          action="Delete"
          onConfirm={() => remove.mutateAsync(channel.id)}
        >
          Its sources and addresses go with it, and whoever watches it is cut off.
        </Confirm>
      ) : null}
    </Dialog>
  );
};
