'use client';

import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { segmentsQuery } from '@/lib/client/videos';
import type { SegmentMap, Video } from '@/lib/contract/videos';
import { inOrder } from './segment-geometry';

const LIVE_MS = 1000;
/** What a viewer asks for is made without the video's own numbers moving. */
const QUIET_MS = 5000;

const isComplete = ({ count, rows }: SegmentMap): boolean =>
  count !== null && rows.length > 0 && rows.every(({ made }) => made.length === 1 && made[0]?.[1] === count);

/** The map of a video's segments: asked again when its numbers move, at most once a second, until all are made. */
export const useSegments = (video: Video) => {
  const begun = video.state === 'processing' || video.playable;
  const query = useQuery({
    ...segmentsQuery(video.id),
    select: inOrder,
    enabled: begun,
    retry: false,
    refetchInterval: ({ state }) => {
      if (state.data) return isComplete(state.data) ? false : QUIET_MS;
      return video.state === 'processing' ? QUIET_MS : false;
    },
  });
  const { refetch, dataUpdatedAt } = query;
  const { progress, state } = video;
  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of these numbers is a reason to ask
  useEffect(() => {
    if (!begun) return;
    const waitMs = Math.max(0, dataUpdatedAt + LIVE_MS - Date.now());
    const timer = setTimeout(() => void refetch({ cancelRefetch: false }), waitMs);
    return () => clearTimeout(timer);
  }, [begun, refetch, progress, state]);
  return query;
};
