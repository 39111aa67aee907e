'use client';

import { type Ref, useEffect, useLayoutEffect, useRef } from 'react';
import { cn } from '../ui/cn';
import type { PlayerViewProps } from './player-view';
import { enter, leave, update } from './stage';
import type { PlayerApi } from './types';

type PlayerProps = Omit<PlayerViewProps, 'docked' | 'ref'> & { className?: string; ref?: Ref<PlayerApi> };

/**
 * The player. Give it a source with signed addresses and, for playback longer than their life, `refresh`.
 * State can be read from `data-state`, `data-mode`, `data-quality`, `data-choice`, `data-current-time`, `data-duration`.
 * What plays here goes on in the dock when the page is left.
 */
export const Player = ({ className, ...props }: PlayerProps) => {
  const slot = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  useLayoutEffect(() => {
    const element = slot.current;
    if (!element) return;
    const { pathname, search } = window.location;
    enter({ ...latest.current, href: `${pathname}${search}`, slot: element });
    return () => leave(element);
  }, []);
  useEffect(() => {
    const { pathname, search } = window.location;
    if (slot.current) update(slot.current, { ...props, href: `${pathname}${search}` });
  });
  return (
    <div
      ref={slot}
      className={cn('relative aspect-video w-full overflow-hidden rounded-lg bg-black', className)}
    />
  );
};
