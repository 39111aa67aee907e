import type { Video } from '@/lib/contract/videos';
import { cn } from '../ui/cn';
import { Bar } from '../ui/state';
import { MAP_WIDE, partPaths } from './made-paths';

const HIGH = 6;

type MadeBarProps = Pick<Video, 'madeParts' | 'paused'> & { share: number; className?: string };

/** How far a video is made, cell by cell where that is known: what is watched is made out of order, and stands alone. */
export const MadeBar = ({ madeParts, paused, share, className }: MadeBarProps) => {
  if (madeParts === null) return <Bar share={share} label="Made" className={cn('h-1.5', className)} />;
  const { waiting, some, made, now } = partPaths(madeParts, HIGH);
  return (
    <svg
      role="progressbar"
      aria-label="Made"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(share * 100)}
      viewBox={`0 0 ${MAP_WIDE} ${HIGH}`}
      preserveAspectRatio="none"
      className={cn('block h-1.5 w-full', className)}
    >
      <path d={waiting} className="fill-seg-wait" />
      <path d={some} className="fill-accent-line" />
      <path d={made} className="fill-seg" />
      <path
        d={now}
        className={cn('fill-seg-now', !paused && 'animate-[pulse-live_1.8s_var(--ease-in-out)_infinite]')}
      />
    </svg>
  );
};
