'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { get } from '@/lib/client/http';
import { streamConfigQuery } from '@/lib/client/videos';
import type { StreamConfig } from '@/lib/contract/videos';
import type { PlayerLinks, PlayerSource } from '../player/types';
import { stableAddress } from './stable-address';

const linksOf = (config: StreamConfig): PlayerLinks => ({
  hls: config.hls,
  mp4: config.mp4,
  files: config.qualities.flatMap(({ id, bandwidth, mp4 }) =>
    mp4 === null ? [] : [{ id, bandwidth, src: mp4 }],
  ),
  expiresAt: config.expiresAt,
});

/** While nothing can be played yet the addresses are asked for again. */
const NOT_YET_MS = 3000;

/** What the player needs for one video, and the way to fresh links. */
export const useVideoSource = (id: string) => {
  const client = useQueryClient();
  const query = useQuery({
    ...streamConfigQuery(id),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
    refetchInterval: ({ state }) =>
      state.data && state.data.hls === null && state.data.mp4 === null ? NOT_YET_MS : false,
  });
  const config = query.data;
  const source = useMemo<PlayerSource | null>(
    () =>
      config
        ? {
            kind: 'vod',
            id: config.id,
            title: config.title,
            poster: stableAddress(config.thumbnail, Date.now()),
            ...linksOf(config),
          }
        : null,
    [config],
  );
  const refresh = useCallback(async (): Promise<PlayerLinks> => {
    const fresh = await get<StreamConfig>(`/api/v1/videos/${id}/stream-config`);
    client.setQueryData(streamConfigQuery(id).queryKey, fresh);
    return linksOf(fresh);
  }, [client, id]);
  return { query, source, refresh };
};
