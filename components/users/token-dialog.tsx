'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { useForm } from 'react-hook-form';
import type { z } from 'zod';
import { keys } from '@/lib/client/keys';
import { createToken } from '@/lib/client/users';
import { ApiTokenCreate } from '@/lib/contract/accounts';
import { Button } from '../ui/button';
import { CopyButton } from '../ui/copy';
import { Dialog } from '../ui/dialog';
import { ErrorBox } from '../ui/feedback';
import { Field, Input, Select } from '../ui/field';
import { ROLE_HINTS, ROLE_WORDS } from './role-words';

type Fields = z.infer<typeof ApiTokenCreate>;

/** Makes a token and shows it, this one time. */
export const TokenDialog = ({ onClose }: { onClose: () => void }) => {
  const client = useQueryClient();
  const formId = useId();
  const form = useForm<Fields>({
    resolver: zodResolver(ApiTokenCreate),
    defaultValues: { name: '', role: 'editor' },
  });
  const create = useMutation({
    mutationFn: createToken,
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.tokens }),
  });
  const made = create.data;
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={made ? `${made.name} is ready` : 'New API token'}
      width="sm"
      footer={
        made ? (
          <Button tone="primary" onClick={onClose}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" form={formId} tone="primary" busy={create.isPending}>
              Make token
            </Button>
          </>
        )
      }
    >
      {made ? (
        <div className="grid gap-3">
          <p className="text-ink-2">Copy it now. It is stored only as a hash and never shown again.</p>
          <code data-testid="token" className="mono break-all rounded-md bg-sunken px-3 py-2.5 text-ink">
            {made.token}
          </code>
          <div>
            <CopyButton text={made.token} what="the token" size="md" />
          </div>
        </div>
      ) : (
        <form
          id={formId}
          noValidate
          className="grid gap-4"
          onSubmit={form.handleSubmit((values) => create.mutate(values))}
        >
          <Field
            label="Name"
            error={form.formState.errors.name ? 'Say what it is for.' : undefined}
            hint="What it is for, so that you know it later."
          >
            <Input {...form.register('name')} autoComplete="off" autoFocus />
          </Field>
          <Field label="Role" hint={ROLE_HINTS[form.watch('role')]}>
            <Select {...form.register('role')}>
              <option value="viewer">{ROLE_WORDS.viewer}</option>
              <option value="editor">{ROLE_WORDS.editor}</option>
              <option value="admin">{ROLE_WORDS.admin}</option>
            </Select>
          </Field>
          {create.error ? <ErrorBox title="The token was not made" error={create.error} /> : null}
        </form>
      )}
    </Dialog>
  );
};
