'use client';

import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { groupsQuery } from '@/lib/client/channels';
import { formatCount } from '@/lib/units/format';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field, Input } from '../ui/field';

/** The group names that exist, offered while typing. */
export const GroupOptions = ({ id }: { id: string }) => {
  const groups = useQuery(groupsQuery);
  return (
    <datalist id={id}>
      {groups.data?.items.map((group) => (
        <option key={group.name} value={group.name} />
      ))}
    </datalist>
  );
};

type MoveDialogProps = {
  onClose: () => void;
  count: number;
  onMove: (group: string) => Promise<unknown>;
};

/** Asks for the group that the selected channels move to. */
export const MoveDialog = ({ onClose, count, onMove }: MoveDialogProps) => {
  const [group, setGroup] = useState('');
  const [busy, setBusy] = useState(false);
  const formId = useId();
  const listId = useId();
  const move = async (): Promise<void> => {
    setBusy(true);
    await onMove(group.trim()).then(onClose, () => undefined);
    setBusy(false);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Move ${formatCount(count)} ${count === 1 ? 'channel' : 'channels'}`}
      width="sm"
      footer={
        <Button type="submit" form={formId} tone="primary" busy={busy}>
          Move
        </Button>
      }
    >
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault();
          void move();
        }}
      >
        <Field
          label="Group"
          hint="A name that does not exist yet makes a new group. Empty takes them out of any."
        >
          <Input
            value={group}
            onChange={(event) => setGroup(event.target.value)}
            list={listId}
            maxLength={300}
            autoFocus
          />
        </Field>
        <GroupOptions id={listId} />
      </form>
    </Dialog>
  );
};
