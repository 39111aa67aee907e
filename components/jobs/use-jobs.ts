'use client';

import { useQuery } from '@tanstack/react-query';
import { jobsQuery } from '@/lib/client/videos';
import { useLiveInterval } from '../library/use-videos';

/** The work on one video, newest first; asked for again with its events, and every so often while it runs. */
export const useJobs = (videoId: string, running: boolean) => {
  const interval = useLiveInterval(running ? 3000 : 15_000);
  return useQuery({
    ...jobsQuery({ videoId }),
    refetchInterval: running ? interval || 5000 : interval,
  });
};
