'use client';

import { useState } from 'react';
import type { StreamRung } from '@/lib/contract/live-rungs';
import type { StreamStatus } from '@/lib/contract/streams';
import { formatCount } from '@/lib/units/format';
import { Button } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { useStopRung } from './use-stop-rung';

const whoLoses = (viewers: number): string =>
  viewers === 1 ? 'Its viewer has' : `Its ${formatCount(viewers)} viewers have`;

/** Stops one encoder; asks first when somebody watches it. */
export const StopEncoder = ({ stream, rung }: { stream: StreamStatus; rung: StreamRung }) => {
  const [asking, setAsking] = useState(false);
  const stop = useStopRung(stream.channel_id);
  return (
    <>
      <Button
        size="sm"
        tone="danger"
        busy={stop.isPending}
        onClick={() => (rung.viewers > 0 ? setAsking(true) : stop.mutate(rung.rung))}
        aria-label={`Stop the ${rung.rung} encoder`}
      >
        Stop
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Stop ${rung.rung} of ${stream.name}?`}
        action="Stop the encoder"
        onConfirm={() => stop.mutateAsync(rung.rung)}
      >
        {whoLoses(rung.viewers)} to go on in another quality; this one cannot be chosen for half a minute. The
        stream itself goes on.
      </Confirm>
    </>
  );
};
