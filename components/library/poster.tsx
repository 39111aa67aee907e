'use client';

import { type ReactNode, useState } from 'react';
import { formatClock } from '@/lib/units/format';
import { monogramStyle } from '../brand/monogram-style';
import { cn } from '../ui/cn';
import { stableAddress } from './stable-address';

type PosterProps = {
  title: string;
  thumbnail: string | null;
  durationSeconds?: number | null;
  dimmed?: boolean;
  className?: string;
  children?: ReactNode;
};

/** The frame of a video; before there is one, its letters on its own colour. Always dark, whatever the theme. */
export const Poster = ({
  title,
  thumbnail,
  durationSeconds = null,
  dimmed = false,
  className,
  children,
}: PosterProps) => {
  const src = stableAddress(thumbnail, Date.now());
  const [broken, setBroken] = useState<string | null>(null);
  const { ground, letters } = monogramStyle(title);
  return (
    <div data-theme="dark" className={cn('relative aspect-video overflow-hidden bg-[#07060c]', className)}>
      {src === null || src === broken ? (
        <div
          aria-hidden
          className={cn(
            'wide grid size-full place-items-center font-[720] text-white/80',
            dimmed && 'opacity-40 grayscale',
          )}
          style={{
            fontSize: 'clamp(18px, 14cqw, 56px)',
            background: `radial-gradient(120% 130% at 78% 8%, ${ground} 0%, color-mix(in oklab, ${ground} 34%, #07060c) 46%, #07060c 100%)`,
          }}
        >
          {letters}
        </div>
      ) : (
        <img
          src={src}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setBroken(src)}
          className={cn(
            'size-full object-cover transition-transform duration-(--duration-slow) ease-out group-hover/poster:scale-103',
            dimmed && 'brightness-[.42] grayscale',
          )}
        />
      )}
      {durationSeconds === null ? null : (
        <span className="data absolute right-1.5 bottom-1.5 rounded-[4px] bg-[rgb(8_6_14/.78)] px-[5px] text-[11px] text-white leading-4">
          {formatClock(Math.max(1, durationSeconds))}
        </span>
      )}
      {children}
    </div>
  );
};
