'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { keys } from '@/lib/client/keys';
import { EditConflict, saveDetails } from '@/lib/client/videos';
import { type Video, Visibility } from '@/lib/contract/videos';
import { Button } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { Field, Input, Select, Textarea } from '../ui/field';
import { Panel, PanelTitle } from '../ui/panel';
import { tell, tellError } from '../ui/toast';
import { useLeaving } from '../ui/use-leaving';
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

type ConflictProps = { theirs: Details; busy: boolean; onTheirs: () => void; onMine: () => void };

/** Two people edited at once: what the other one saved, and the choice. */
const Conflict = ({ theirs, busy, onTheirs, onMine }: ConflictProps) => (
  <div role="alert" className="grid gap-2 rounded-lg border border-line bg-canvas p-3">
    <p className="font-semibold">Somebody else saved this video meanwhile. Yours is not saved yet.</p>
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 text-ink-2">
      <dt className="text-ink-3">Title</dt>
      <dd className="[overflow-wrap:anywhere]">{theirs.title}</dd>
      <dt className="text-ink-3">Description</dt>
      <dd className="line-clamp-3 whitespace-pre-line [overflow-wrap:anywhere]">
        {theirs.description || 'None'}
      </dd>
      <dt className="text-ink-3">Seen by</dt>
      <dd>{VISIBILITY_WORDS[theirs.visibility].name}</dd>
    </dl>
    <div className="flex flex-wrap gap-2">
      <Button size="sm" onClick={onTheirs}>
        Take theirs
      </Button>
      <Button size="sm" busy={busy} onClick={onMine}>
        Save mine instead
      </Button>
    </div>
  </div>
);

/** The form's values, what they began from, and saving them against what the server has by then. */
const useDetails = (video: Video) => {
  const client = useQueryClient();
  const form = useForm<Details>({ resolver: zodResolver(Details), defaultValues: valuesOf(video) });
  const [base, setBase] = useState<Details>(valuesOf(video));
  const [theirs, setTheirs] = useState<Details | null>(null);
  const begin = (values: Details): void => {
    setBase(values);
    setTheirs(null);
    form.reset(values);
  };
  const save = useMutation({
    mutationFn: (edit: { from: Details; values: Details }) => saveDetails(video.id, edit.from, edit.values),
    onSuccess: (saved) => {
      client.setQueryData(keys.video(video.id), saved);
      void client.invalidateQueries({ queryKey: [...keys.videos, 'list'] });
      begin(valuesOf(saved));
      tell('Saved.');
    },
    onError: (error) => {
      if (error instanceof EditConflict) setTheirs(valuesOf(error.theirs));
      else tellError(error);
    },
  });
  const { isDirty } = form.formState;
  const { title, description, visibility } = video;
  useEffect(() => {
    if (form.formState.isDirty) return;
    setBase({ title, description, visibility });
    form.reset({ title, description, visibility });
  }, [form, title, description, visibility]);
  return { form, base, theirs, save, begin, isDirty };
};

const LeaveQuestion = ({ unsaved }: { unsaved: boolean }) => {
  const { href, stay } = useLeaving(unsaved);
  const router = useRouter();
  return (
    <Confirm
      open={href !== null}
      onOpenChange={(open) => (open ? undefined : stay())}
      title="Leave without saving?"
      action="Leave"
      onConfirm={async () => router.push(href ?? '/library')}
    >
      What you changed in the details is not saved yet.
    </Confirm>
  );
};

/** Title, description and who may see it. */
export const DetailsForm = ({ video }: { video: Video }) => {
  const { form, base, theirs, save, begin, isDirty } = useDetails(video);
  const { errors } = form.formState;
  return (
    <Panel className="px-[18px] pt-3.5 pb-4 max-sm:px-3.5">
      <PanelTitle aside={isDirty ? 'not saved' : null}>Details</PanelTitle>
      <form
        className="mt-3 grid gap-3.5"
        noValidate
        onSubmit={form.handleSubmit((values) => save.mutate({ from: base, values }))}
      >
        <Field label="Title" error={errors.title?.message}>
          <Input dir="auto" {...form.register('title')} />
        </Field>
        <Field label="Description" error={errors.description?.message}>
          <Textarea dir="auto" {...form.register('description')} />
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
        {theirs ? (
          <Conflict
            theirs={theirs}
            busy={save.isPending}
            onTheirs={() => begin(theirs)}
            onMine={() => void form.handleSubmit((values) => save.mutate({ from: theirs, values }))()}
          />
        ) : null}
        <div className="flex justify-end gap-2">
          {isDirty ? (
            <Button tone="quiet" onClick={() => begin(valuesOf(video))}>
              Undo
            </Button>
          ) : null}
          <Button type="submit" disabled={!isDirty || theirs !== null} busy={save.isPending}>
            Save
          </Button>
        </div>
      </form>
      <LeaveQuestion unsaved={isDirty} />
    </Panel>
  );
};
