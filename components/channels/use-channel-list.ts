'use client';

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type ChannelFilter, channelPages } from '@/lib/client/channels';
import type { Channel } from '@/lib/contract/channels';
import type { StreamStatus } from '@/lib/contract/streams';
import { useStreams } from '../shell/use-overview';

/** A channel of the list with what it does right now. */
export type ChannelRow = Channel & { stream: StreamStatus | null };

const NONE: readonly StreamStatus[] = [];

const withStream = (channel: Channel, stream: StreamStatus | undefined): ChannelRow =>
  stream
    ? { ...channel, state: stream.state, viewers: stream.clients, stream }
    : { ...channel, state: 'idle', viewers: 0, stream: null };

/** The filtered channels as far as they are loaded, how many there are in all, and the live values laid over them. */
export const useChannelList = (filter: ChannelFilter) => {
  const query = useInfiniteQuery({ ...channelPages(filter), placeholderData: keepPreviousData });
  const streams = useStreams();
  const live = streams.data?.streams ?? NONE;
  const liveKnown = streams.data !== undefined;
  const rows = useMemo(() => {
    const byId = new Map(live.map((stream) => [stream.channel_id, stream]));
    const channels = query.data?.pages.flatMap((page) => page.items) ?? [];
    return channels.map(
      (channel): ChannelRow =>
        liveKnown ? withStream(channel, byId.get(channel.id)) : { ...channel, stream: null },
    );
  }, [query.data, live, liveKnown]);
  return { query, rows, total: query.data?.pages[0]?.total ?? 0 };
};
