'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { keys } from '@/lib/client/keys';
import { updateProvider } from '@/lib/client/providers';
import type { Provider } from '@/lib/contract/channels';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ErrorBox } from '../ui/feedback';
import { Field, Input } from '../ui/field';
import { tell } from '../ui/toast';
import { CONNECTIONS_HINT, readConnections } from './connections';

/** Renames a provider, and says how many connections its account allows. */
export const ProviderDialog = ({ provider, onClose }: { provider: Provider; onClose: () => void }) => {
  const formId = useId();
  const client = useQueryClient();
  const [name, setName] = useState(provider.name);
  const [text, setText] = useState(provider.maxConnections === null ? '' : String(provider.maxConnections));
  const connections = readConnections(text);
  const save = useMutation({
    mutationFn: (maxConnections: number | null) =>
      updateProvider(provider, { name: name.trim(), maxConnections }),
    onSuccess: (saved) => {
      tell(`${saved.name} is saved.`);
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.channels }),
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Edit ${provider.name}`}
      width="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" busy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="grid gap-4 pt-1"
        onSubmit={(event) => {
          event.preventDefault();
          if (connections.ok && name.trim() !== '') save.mutate(connections.value);
        }}
      >
        <Field label="Name" error={name.trim() === '' ? 'Give the provider a name.' : undefined}>
          <Input value={name} onChange={(event) => setName(event.target.value)} maxLength={200} />
        </Field>
        <Field
          label="Connections the provider allows"
          aside="optional"
          hint={CONNECTIONS_HINT}
          error={connections.ok ? undefined : connections.error}
        >
          <Input
            value={text}
            onChange={(event) => setText(event.target.value)}
            inputMode="numeric"
            autoComplete="off"
            className="tabular-nums"
          />
        </Field>
        {save.error ? <ErrorBox title="The provider was not saved" error={save.error} /> : null}
      </form>
    </Dialog>
  );
};
