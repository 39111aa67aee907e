import type { StreamStatus } from '@/lib/contract/streams';
import { cn } from '../ui/cn';
import { Monitor } from './monitor';

const MOST = 7;

/** How the wall divides for this many monitors: the first is double, the rest stand in two rows beside it. */
const GRIDS: Record<number, string> = {
  1: 'sm:grid-cols-[minmax(0,1fr)]',
  2: 'sm:grid-cols-2',
  3: 'sm:grid-cols-[minmax(0,2.28fr)_minmax(0,1fr)]',
  4: 'sm:grid-cols-[minmax(0,1.7fr)_repeat(2,minmax(0,1fr))]',
  5: 'sm:grid-cols-[minmax(0,1.7fr)_repeat(2,minmax(0,1fr))]',
};

/** The multiviewer: what is on air now, most watched first; a row to swipe through on a phone. */
export const Wall = ({ streams }: { streams: readonly StreamStatus[] }) => {
  const shown = [...streams].sort((a, b) => b.clients - a.clients || a.num - b.num).slice(0, MOST);
  const grid = GRIDS[shown.length] ?? 'sm:grid-cols-[minmax(0,2.28fr)_repeat(3,minmax(0,1fr))]';
  return (
    <div
      className={cn(
        'grid gap-2.5 sm:grid-rows-[158px_158px]',
        'max-sm:-mx-4 max-sm:snap-x max-sm:snap-mandatory max-sm:auto-cols-[84%] max-sm:grid-flow-col max-sm:overflow-x-auto max-sm:px-4 max-sm:pb-1',
        grid,
      )}
    >
      {shown.map((stream, i) => (
        <Monitor
          key={stream.channel_id}
          stream={stream}
          big={i === 0 || shown.length === 2}
          className={cn(
            'max-sm:h-[238px] max-sm:snap-center',
            (i === 0 || shown.length === 2) && 'sm:row-span-2',
          )}
        />
      ))}
    </div>
  );
};
