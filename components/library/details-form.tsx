'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { keys } from '@/lib/client/keys';
import { updateVideo } from '@/lib/client/videos';
import { type Video, Visibility } from '@/lib/contract/videos';
import { Button } from '../ui/button';
import { Field, Input, Select, Textarea } from '../ui/field';
import { Panel, PanelTitle } from '../ui/panel';
import { tell, tellError } from '../ui/toast';
import { VISIBILITY_WORDS } from './words';

const Details = z.object({
  title: z
    .string()
    .trim()
    .min(1, 'Give it a title of 1 to 300 letters.')
    .max(300, 'Give it a title of 1 to 300 letters.'),
  description: z.string().max(5000, 'Use at most 5,000 letters.'),
  visibility: Visibility,
});
type Details = z.infer<typeof Details>;

const valuesOf = ({ title, description, visibility }: Video): Details => ({ title, description, visibility });

/** Title, description and who may see it. */
export const DetailsForm = ({ video }: { video: Video }) => {
  const client = useQueryClient();
  const form = useForm<Details>({ resolver: zodResolver(Details), defaultValues: valuesOf(video) });
  const save = useMutation({
    mutationFn: (values: Details) => updateVideo(video.id, values),
    onSuccess: (saved) => {
      client.setQueryData(keys.video(video.id), saved);
      void client.invalidateQueries({ queryKey: [...keys.videos, 'list'] });
      form.reset(valuesOf(saved));
      tell('Saved.');
    },
    onError: tellError,
  });
  const { isDirty, errors } = form.formState;
  const { title, description, visibility } = video;
  useEffect(() => {
    if (!form.formState.isDirty) form.reset({ title, description, visibility });
  }, [form, title, description, visibility]);
  return (
    <Panel className="px-[18px] pt-3.5 pb-4">
      <PanelTitle>Details</PanelTitle>
      <form
        className="mt-3 grid gap-3.5"
        noValidate
        onSubmit={form.handleSubmit((values) => save.mutate(values))}
      >
        <Field label="Title" error={errors.title?.message}>
          <Input {...form.register('title')} />
        </Field>
        <Field label="Description" error={errors.description?.message}>
          <Textarea {...form.register('description')} />
        </Field>
        <Field label="Who may see it" hint={VISIBILITY_WORDS[form.watch('visibility')].hint}>
          <Select {...form.register('visibility')}>
            {Visibility.options.map((option) => (
              <option key={option} value={option}>
                {VISIBILITY_WORDS[option].name}
              </option>
            ))}
          </Select>
        </Field>
        <div className="flex justify-end gap-2">
          {isDirty ? (
            <Button tone="quiet" onClick={() => form.reset(valuesOf(video))}>
              Undo
            </Button>
          ) : null}
          <Button type="submit" disabled={!isDirty} busy={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Panel>
  );
};
