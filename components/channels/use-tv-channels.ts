'use client';

import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { type ChannelFilter, channelPages, channelQuery } from '@/lib/client/channels';
import type { Channel } from '@/lib/contract/channels';

const NONE: Channel[] = [];

/** The channels of the TV list as far as they are loaded, asked again every few seconds. */
export const useTvChannels = (filter: ChannelFilter) => {
  const query = useInfiniteQuery({
    ...channelPages(filter),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  const channels = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? NONE, [query.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { query, channels, total: query.data?.pages[0]?.total ?? 0, loadMore };
};

/** The chosen channel: from the list, or asked by itself when the list does not show it. */
export const useChosen = (channels: readonly Channel[], num: number | null): Channel | null => {
  const listed = channels.find((channel) => channel.num === num) ?? null;
  const asked = useQuery({ ...channelQuery(String(num)), enabled: num !== null && listed === null });
  return num === null ? null : (listed ?? asked.data ?? null);
};
