'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '@/lib/client/keys';
import {
  cancelVideo,
  deleteVideo,
  pauseVideo,
  remakeVideo,
  resumeVideo,
  retryVideo,
} from '@/lib/client/videos';
import type { Video } from '@/lib/contract/videos';
import { tell, tellError } from '../ui/toast';

/** Retry, re-transcode, pause, resume, cancel and delete; each tells what it did and refreshes what it touched. */
export const useVideoActions = (video: Pick<Video, 'id' | 'title'>) => {
  const client = useQueryClient();
  const refresh = (): void => {
    for (const queryKey of [keys.videos, keys.jobs, keys.uploads])
      void client.invalidateQueries({ queryKey });
  };
  const retry = useMutation({
    mutationFn: () => retryVideo(video.id),
    onSuccess: () => {
      tell(`${video.title} is in the queue again.`);
      refresh();
    },
    onError: tellError,
  });
  const remake = useMutation({
    mutationFn: () => remakeVideo(video.id),
    onSuccess: () => {
      tell(`The qualities of ${video.title} are made again. It plays meanwhile.`);
      refresh();
    },
    onError: tellError,
  });
  const cancel = useMutation({
    mutationFn: () => cancelVideo(video.id),
    onSuccess: () => {
      tell(`The work on ${video.title} was stopped. What is already made stays.`);
      refresh();
    },
    onError: tellError,
  });
  const pause = useMutation({
    mutationFn: () => pauseVideo(video.id),
    onSuccess: () => {
      tell(`${video.title} is held. What is made stays.`);
      refresh();
    },
    onError: tellError,
  });
  const resume = useMutation({
    mutationFn: () => resumeVideo(video.id),
    onSuccess: () => {
      tell(`${video.title} goes on where it was.`);
      refresh();
    },
    onError: tellError,
  });
  const remove = useMutation({
    mutationFn: () => deleteVideo(video.id),
    onSuccess: () => {
      tell(`${video.title} was deleted.`);
      client.removeQueries({ queryKey: keys.video(video.id) });
      refresh();
    },
    onError: tellError,
  });
  return { retry, remake, pause, resume, cancel, remove };
};
