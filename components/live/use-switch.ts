'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { keys } from '@/lib/client/keys';
import { switchStream } from '@/lib/client/streams';
import { latestSwitch, type SwitchNews } from '@/lib/client/switches';
import { tell, tellError, tellProblem } from '../ui/toast';

/** Goes to another source; that it happened is told by its event, as for every switch. */
export const useSwitch = ({ id, name }: { id: string; name: string }) => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (position: number | undefined) => switchStream(id, position),
    onSuccess: ({ switched }) => {
      if (!switched) tellProblem(`${name} is not running any more. It starts with its next viewer.`);
      void client.invalidateQueries({ queryKey: keys.streams });
    },
    onError: tellError,
  });
};

const none = (): SwitchNews | null => null;

/** Tells every switch that happens while the Live page is open. */
export const useSwitchNews = (): void => {
  const news = useSyncExternalStore(latestSwitch.subscribe, latestSwitch.get, none);
  useEffect(() => {
    if (news === null) return;
    latestSwitch.set(null);
    tell(`${news.name} went from source ${news.fromPosition + 1} to ${news.toPosition + 1}: ${news.reason}.`);
  }, [news]);
};
