'use client';

import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { linkState } from '@/lib/client/events';
import { removedVideo } from '@/lib/client/removed-videos';
import { uploadsQuery } from '@/lib/client/videos';
import { formatPercent } from '@/lib/units/format';
import { useMe } from '../shell/session';
import { useStore } from '../shell/use-store';
import { tell } from '../ui/toast';
import { restoreUploads } from './restore';
import { claimUploads, dropUploadsOf, limitChunks, uploadNews, wakeUploads } from './store';

/** Stands once in the shell: takes up unfinished uploads, wakes them when the line is back, says what happened. */
export const UploadKeeper = () => {
  const me = useMe();
  const { data, dataUpdatedAt } = useQuery({ ...uploadsQuery, staleTime: 10_000, refetchInterval: 30_000 });
  const news = useStore(uploadNews);
  useEffect(() => limitChunks(me.uploadChunkBytes), [me.uploadChunkBytes]);
  useEffect(() => claimUploads(me.id), [me.id]);
  useEffect(() => {
    if (data && dataUpdatedAt > 0) void restoreUploads(data.items.filter(({ ownerId }) => ownerId === me.id));
  }, [data, dataUpdatedAt, me.id]);
  const link = useStore(linkState);
  useEffect(() => {
    if (link === 'live') wakeUploads();
  }, [link]);
  useEffect(
    () =>
      removedVideo.subscribe(() => {
        const removed = removedVideo.get();
        if (removed) dropUploadsOf(removed.id);
      }),
    [],
  );
  useEffect(() => {
    window.addEventListener('online', wakeUploads);
    return () => window.removeEventListener('online', wakeUploads);
  }, []);
  useEffect(() => {
    if (news === null) return;
    uploadNews.set(null);
    tell(`Back online. ${news.title} went on at ${formatPercent(news.share)}, nothing was sent twice.`);
  }, [news]);
  return null;
};
