'use client';

import { Pause, Play } from 'lucide-react';
import type { Video } from '@/lib/contract/videos';
import { Button } from '../ui/button';
import { useVideoActions } from './actions';
import { isHeld } from './words';

type HoldButtonProps = {
  video: Pick<Video, 'id' | 'title' | 'state' | 'paused'>;
  size?: 'sm' | 'md';
  tone?: 'default' | 'quiet';
};

/** Holds the work on a video where it is, and lets it go on; nothing where there is no work. */
export const HoldButton = ({ video, size = 'md', tone = 'default' }: HoldButtonProps) => {
  const { pause, resume } = useVideoActions(video);
  if (video.state !== 'processing' && video.state !== 'queued') return null;
  const held = isHeld(video);
  const action = held ? resume : pause;
  return (
    <Button
      size={size}
      tone={tone}
      busy={action.isPending}
      aria-label={`${held ? 'Resume' : 'Pause'} the work on ${video.title}`}
      onClick={() => action.mutate()}
    >
      {held ? <Play aria-hidden /> : <Pause aria-hidden />}
      {held ? 'Resume' : 'Pause'}
    </Button>
  );
};
