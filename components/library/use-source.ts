'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { get } from '@/lib/client/http';
import { savePosition, streamConfigQuery } from '@/lib/client/videos';
import type { StreamConfig } from '@/lib/contract/videos';
import type { PlayerLinks, PlayerSource } from '../player/types';
import { stableAddress } from './stable-address';

const linesOf = ({ width, height }: { width: number; height: number }): number => Math.min(width, height);

const linksOf = (config: StreamConfig): PlayerLinks => ({
  hls: config.hls,
  mp4: config.mp4,
  files: config.qualities.flatMap(({ id, bandwidth, mp4 }) =>
    mp4 === null ? [] : [{ id, bandwidth, src: mp4 }],
  ),
  original:
    config.original === null || config.qualities.some(({ id }) => id === 'original')
      ? null
      : { src: config.original, lines: 0 },
  subtitles: config.subtitles.map(({ track, name, language, url }) => ({
    ...{ id: String(track), label: name, language, src: url },
  })),
  storyboard: config.storyboard,
  expiresAt: config.expiresAt,
});

const sourceOf = (config: StreamConfig): PlayerSource => ({
  kind: 'vod',
  id: config.id,
  title: config.title,
  poster: stableAddress(config.thumbnail, Date.now()),
  complete: config.complete,
  chapters: config.chapters,
  soundTracks: config.audioTracks.length,
  ladder: [...config.qualities]
    .sort((a, b) => linesOf(b) - linesOf(a))
    .map((quality) => ({
      ...{ id: quality.id, label: quality.id, bandwidth: quality.bandwidth, lines: linesOf(quality) },
    })),
  ...(config.positionSeconds === null ? {} : { startPosition: config.positionSeconds }),
  ...linksOf(config),
});

/** Nothing of it plays, and nobody works on it. */
export const isGivenUp = ({ state, hls, mp4, original }: StreamConfig): boolean =>
  (state === 'failed' || state === 'cancelled') && hls === null && mp4 === null && original === null;

/** While nothing can be played yet the addresses are asked for again. */
const NOT_YET_MS = 3000;
/** While segments are made: subtitles, pictures for the position bar and the length come later. */
const NOT_WHOLE_MS = 30_000;

const againMs = (config: StreamConfig | undefined): number | false => {
  // What was given up is begun again by a person only, which comes as news of the video.
  if (!config || isGivenUp(config)) return false;
  if (config.hls === null && config.mp4 === null) return NOT_YET_MS;
  return config.complete && config.state !== 'processing' ? false : NOT_WHOLE_MS;
};

/** What the player needs for one video, the way to fresh links, and to remember the place. */
export const useVideoSource = (id: string) => {
  const client = useQueryClient();
  const query = useQuery({
    ...streamConfigQuery(id),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
    refetchInterval: ({ state }) => againMs(state.data),
  });
  const config = query.data;
  const source = useMemo<PlayerSource | null>(() => (config ? sourceOf(config) : null), [config]);
  const refresh = useCallback(async (): Promise<PlayerLinks> => {
    const fresh = await get<StreamConfig>(`/api/v1/videos/${id}/stream-config`);
    client.setQueryData(streamConfigQuery(id).queryKey, fresh);
    return linksOf(fresh);
  }, [client, id]);
  const keepPosition = useCallback(
    (videoId: string, seconds: number): void => {
      const positionSeconds = seconds > 0 ? seconds : null;
      client.setQueryData<StreamConfig>(
        streamConfigQuery(videoId).queryKey,
        (known) => known && { ...known, positionSeconds },
      );
      // The next one will do; nobody has to hear of it.
      savePosition(videoId, seconds).catch(() => undefined);
    },
    [client],
  );
  return { query, source, refresh, keepPosition };
};
