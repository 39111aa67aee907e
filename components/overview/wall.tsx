'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { channelPages } from '@/lib/client/channels';
import type { StreamStatus } from '@/lib/contract/streams';
import { cn } from '../ui/cn';
import { IdleMonitor, Monitor } from './monitor';

const MOST = 7;
/** On a tablet two columns stand beside the double one. */
const TABLET_MOST = 5;

/** How the wall divides for this many monitors: the first is double, the rest stand in two rows beside it. */
const GRIDS: Record<number, string> = {
  1: 'sm:grid-cols-[minmax(0,1fr)]',
  2: 'sm:grid-cols-2',
  3: 'sm:grid-cols-[minmax(0,2.28fr)_minmax(0,1fr)]',
  4: 'sm:grid-cols-[minmax(0,1.7fr)_repeat(2,minmax(0,1fr))]',
  5: 'sm:grid-cols-[minmax(0,1.7fr)_repeat(2,minmax(0,1fr))]',
};

/** The multiviewer: what is on air, most watched first, then channels that are ready; a row to swipe on a phone. */
export const Wall = ({ streams }: { streams: readonly StreamStatus[] }) => {
  const ready = useInfiniteQuery({ ...channelPages({}, 2 * MOST), staleTime: 60_000 });
  const onAir = [...streams].sort((a, b) => b.clients - a.clients || a.num - b.num).slice(0, MOST);
  const busy = new Set(streams.map((stream) => stream.channel_id));
  const idle = (ready.data?.pages[0]?.items ?? [])
    .filter((channel) => channel.enabled && !busy.has(channel.id))
    .slice(0, MOST - onAir.length);
  const count = onAir.length + idle.length;
  const isBig = (i: number): boolean => i === 0 || count === 2;
  const look = (i: number): string =>
    cn(
      'max-sm:h-[238px] max-sm:snap-center',
      isBig(i) && 'sm:row-span-2',
      i >= TABLET_MOST && 'sm:max-lg:hidden',
    );
  if (count === 0) return null;
  return (
    <div
      className={cn(
        'grid gap-2.5 sm:grid-rows-[158px_158px]',
        'max-sm:-mx-4 max-sm:snap-x max-sm:snap-mandatory max-sm:auto-cols-[84%] max-sm:grid-flow-col max-sm:overflow-x-auto max-sm:px-4 max-sm:pb-1',
        GRIDS[count] ??
          'sm:grid-cols-[minmax(0,1.7fr)_repeat(2,minmax(0,1fr))] lg:grid-cols-[minmax(0,2.28fr)_repeat(3,minmax(0,1fr))]',
      )}
    >
      {onAir.map((stream, i) => (
        <Monitor key={stream.channel_id} stream={stream} big={isBig(i)} className={look(i)} />
      ))}
      {idle.map((channel, i) => (
        <IdleMonitor
          key={channel.id}
          channel={channel}
          big={isBig(onAir.length + i)}
          className={look(onAir.length + i)}
        />
      ))}
    </div>
  );
};
