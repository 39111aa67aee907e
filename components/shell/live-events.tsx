'use client';

import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { listen } from '@/lib/client/events';
import { recordOverview, recordStreams } from '@/lib/client/history';
import { keys } from '@/lib/client/keys';
import { removedVideo } from '@/lib/client/removed-videos';
import { latestSwitch, type SwitchNews } from '@/lib/client/switches';
import { patchVideo, removeVideo } from '@/lib/client/video-cache';
import type { StreamsStatus } from '@/lib/contract/streams';
import type { Overview } from '@/lib/contract/system';
import { useMe } from './session';

/** At most one refresh a second of each list, however many events arrive. */
const makeRefresher = (client: QueryClient) => {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  return {
    refresh: (...roots: (readonly string[])[]) => {
      for (const root of roots) {
        const name = root.join('/');
        if (timers.has(name)) continue;
        timers.set(
          name,
          setTimeout(() => {
            timers.delete(name);
            void client.invalidateQueries({ queryKey: root });
          }, 1000),
        );
      }
    },
    stop: () => {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
};

/** Feeds the query cache from the event stream, as long as it stands in the page. */
export const LiveEvents = () => {
  const client = useQueryClient();
  const { id } = useMe();
  useEffect(() => {
    const refresher = makeRefresher(client);
    const stop = listen(
      id,
      {
        overview: (payload) => {
          client.setQueryData(keys.overview, payload as Overview);
          recordOverview(payload as Overview, Date.now());
        },
        streams: (payload) => {
          client.setQueryData(keys.streams, payload as StreamsStatus);
          recordStreams(payload as StreamsStatus, Date.now());
        },
        'stream-switched': (payload) => {
          const news = payload as SwitchNews;
          latestSwitch.set(news);
          void client.invalidateQueries({ queryKey: keys.stream(news.channelId) });
        },
        video: (payload) => {
          if (!patchVideo(client, payload as { id: string })) refresher.refresh(keys.videos);
          refresher.refresh(keys.jobs, keys.uploads);
        },
        'video-removed': (payload) => {
          const { id: videoId } = payload as { id: string };
          removedVideo.set({ id: videoId });
          removeVideo(client, videoId);
          refresher.refresh(keys.videos, keys.jobs, keys.uploads);
        },
        channels: () => refresher.refresh(keys.channels),
      },
      () => void client.invalidateQueries(),
    );
    return () => {
      stop();
      refresher.stop();
    };
  }, [client, id]);
  return null;
};
