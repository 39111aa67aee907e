'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '@/lib/client/keys';
import { stopStream } from '@/lib/client/streams';
import { tell, tellError } from '../ui/toast';

/** Stops a running stream and says so; its viewers are cut off, the next one starts it again. */
export const useStop = () => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: { id: string; name: string }) => stopStream(id),
    onSuccess: (_result, { name }) => {
      tell(`${name} is stopped. It starts again with its next viewer.`);
      void client.invalidateQueries({ queryKey: keys.streams });
    },
    onError: tellError,
  });
};
