'use client';

import { Square } from 'lucide-react';
import { useState } from 'react';
import type { StreamStatus } from '@/lib/contract/streams';
import { formatCount } from '@/lib/units/format';
import { Button } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { useStop } from './use-stop';

const cutOff = (viewers: number): string => {
  if (viewers === 0) return 'Nobody watches it.';
  return viewers === 1 ? 'Its viewer is cut off.' : `Its ${formatCount(viewers)} viewers are cut off.`;
};

/** Stops a stream after asking, because it cuts its viewers off. */
export const StopButton = ({ stream }: { stream: StreamStatus }) => {
  const [asking, setAsking] = useState(false);
  const stop = useStop();
  return (
    <>
      <Button tone="danger" busy={stop.isPending} onClick={() => setAsking(true)}>
        <Square aria-hidden />
        Stop
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Stop ${stream.name}?`}
        action="Stop"
        onConfirm={() => stop.mutateAsync({ id: stream.channel_id, name: stream.name })}
      >
        {cutOff(stream.clients)} It starts again with its next viewer. To keep it off, switch the channel off.
      </Confirm>
    </>
  );
};
