'use client';

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { linkState } from '@/lib/client/events';
import { type VideoFilter, videoPages, videoQuery } from '@/lib/client/videos';
import type { Video } from '@/lib/contract/videos';
import { useStore } from '../shell/use-store';

/** Values come by events; only while those are cut off the server is asked every so often. */
export const useLiveInterval = (everyMs: number): number | false =>
  useStore(linkState) === 'live' ? false : everyMs;

/** A list of videos in pages, kept fresh. */
export const useVideoList = (filter: VideoFilter) => {
  const refetchInterval = useLiveInterval(5000);
  const query = useInfiniteQuery({ ...videoPages(filter), refetchInterval });
  const items: Video[] = query.data?.pages.flatMap((page) => page.items) ?? [];
  return { ...query, items, total: query.data?.pages[0]?.total ?? null };
};

export const useVideo = (id: string) => {
  const refetchInterval = useLiveInterval(3000);
  return useQuery({ ...videoQuery(id), refetchInterval });
};
