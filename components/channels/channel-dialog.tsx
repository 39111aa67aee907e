'use client';

import { useId, useState } from 'react';
import type { ChannelDetail } from '@/lib/contract/channels';
import { Button } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { Dialog } from '../ui/dialog';
import { ErrorBox } from '../ui/feedback';
import { ChannelFields } from './channel-fields';
import { useChannelForm, useDeleteChannel } from './use-channel-form';

type ChannelDialogProps = {
  /** The channel to edit; null makes a new one. */
  channel: ChannelDetail | null;
  onClose: () => void;
  onSaved: (channel: ChannelDetail) => void;
  onDeleted: () => void;
};

/** Adds a channel, or edits one: name, number, group, path, and its sources in order. */
export const ChannelDialog = ({ channel, onClose, onSaved, onDeleted }: ChannelDialogProps) => {
  const formId = useId();
  const [asking, setAsking] = useState(false);
  const { form, name, save, failure } = useChannelForm(channel, onSaved);
  const remove = useDeleteChannel(channel, onDeleted);
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
        <ChannelFields form={form} name={name} channel={channel} />
        {failure ? <ErrorBox title="The channel was not saved" error={failure} /> : null}
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
