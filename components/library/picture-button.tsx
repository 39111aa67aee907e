'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ImagePlus } from 'lucide-react';
import type { RefObject } from 'react';
import { keys } from '@/lib/client/keys';
import { choosePicture } from '@/lib/client/videos';
import type { Video } from '@/lib/contract/videos';
import { formatClock } from '@/lib/units/format';
import { Button } from '../ui/button';
import { tell, tellError } from '../ui/toast';

type PictureButtonProps = {
  video: Pick<Video, 'id' | 'durationSeconds'>;
  /** The place of the player; it says where it is in the video. */
  stage: RefObject<HTMLElement | null>;
};

/** Makes the moment that the player shows the picture of the video. */
export const PictureButton = ({ video, stage }: PictureButtonProps) => {
  const client = useQueryClient();
  const choose = useMutation({
    mutationFn: (atSeconds: number) => choosePicture(video.id, atSeconds),
    onSuccess: (_, atSeconds) => {
      tell(`The picture is from ${formatClock(atSeconds)} now.`);
      void client.invalidateQueries({ queryKey: keys.videos });
    },
    onError: tellError,
  });
  const now = (): number => {
    const shown = stage.current?.querySelector<HTMLElement>('[data-current-time]')?.dataset.currentTime;
    const seconds = Math.max(0, Number(shown ?? 0) || 0);
    return Math.min(seconds, video.durationSeconds ?? seconds);
  };
  return (
    <Button size="sm" tone="quiet" busy={choose.isPending} onClick={() => choose.mutate(now())}>
      <ImagePlus aria-hidden />
      Use this moment as picture
    </Button>
  );
};
