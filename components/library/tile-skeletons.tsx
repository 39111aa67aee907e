import { Skeleton } from '../ui/state';
import { TILE_GRID } from './video-tile';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

/** The grid before it is there, in its exact shape. */
export const TileSkeletons = ({ count = 10 }: { count?: number }) => (
  <div className={TILE_GRID} aria-hidden>
    {NAMES.slice(0, count).map((name) => (
      <div key={name}>
        <Skeleton className="aspect-video rounded-[9px]" />
        <Skeleton className="mt-2.5 h-3.5 w-4/5" />
        <Skeleton className="mt-1.5 h-3 w-1/2" />
      </div>
    ))}
  </div>
);
