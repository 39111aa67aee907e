'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '@/lib/client/keys';
import { stopRung } from '@/lib/client/streams';
import type { LiveRungId } from '@/lib/contract/live-rungs';
import { tell, tellError } from '../ui/toast';

/** Stops one encoder of a stream and says so. */
export const useStopRung = (channelId: string) => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rung: LiveRungId) => stopRung(channelId, rung),
    onSuccess: ({ stopped }, rung) => {
      tell(stopped ? `The ${rung} encoder is stopped.` : `The ${rung} encoder had already stopped.`);
      void client.invalidateQueries({ queryKey: keys.stream(channelId) });
    },
    onError: tellError,
  });
};
