'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { createChannel, deleteChannel, updateChannel } from '@/lib/client/channels';
import { ApiError } from '@/lib/client/http';
import { keys } from '@/lib/client/keys';
import type { ChannelDetail } from '@/lib/contract/channels';
import { tell, tellError } from '../ui/toast';
import { ChannelForm, emptyForm, formOf, pathFromName, toCreate, toPatch } from './channel-form-schema';

const isPathTaken = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'OUTPUT_PATH_TAKEN';

/** The form of a channel and how it is saved; a path that is taken is said at its field, not in `failure`. */
export const useChannelForm = (channel: ChannelDetail | null, onSaved: (channel: ChannelDetail) => void) => {
  const client = useQueryClient();
  const form = useForm<ChannelForm>({
    resolver: zodResolver(ChannelForm),
    defaultValues: channel ? formOf(channel) : emptyForm(),
  });
  const { dirtyFields } = form.formState;
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
      if (isPathTaken(error)) {
        form.setError('outputPath', { message: error.message }, { shouldFocus: true });
      }
    },
  });
  const name = form.register('name', {
    onChange: (event: { target: { value: string } }) => {
      if (channel === null && !dirtyFields.outputPath)
        form.setValue('outputPath', pathFromName(event.target.value));
    },
  });
  return { form, name, save, failure: isPathTaken(save.error) ? null : save.error };
};

/** Deletes a channel and says so. */
export const useDeleteChannel = (channel: ChannelDetail | null, onDeleted: () => void) => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: deleteChannel,
    onSuccess: () => {
      tell(`${channel?.name} is deleted.`);
      void client.invalidateQueries({ queryKey: keys.channels });
      onDeleted();
    },
    onError: tellError,
  });
};
