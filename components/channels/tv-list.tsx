'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { Channel } from '@/lib/contract/channels';
import { formatCount } from '@/lib/units/format';
import { Monogram } from '../brand/monogram';
import { cn } from '../ui/cn';
import { Skeleton } from '../ui/state';

const ROW_PX = 60;

const numberOf = (channel: Channel): string => channel.chno ?? String(channel.num);

const Waiting = () => (
  <span className="grid h-full grid-cols-[34px_40px_minmax(0,1fr)] items-center gap-2.5 px-2">
    <Skeleton className="h-3 w-7" />
    <Skeleton className="size-10 rounded-[9px]" />
    <Skeleton className="h-3 w-32" />
  </span>
);

const Entry = ({ channel, current, onPick }: { channel: Channel; current: boolean; onPick: () => void }) => (
  <button
    type="button"
    onClick={onPick}
    aria-current={current ? 'true' : undefined}
    className={cn(
      'grid h-[56px] w-full grid-cols-[34px_40px_minmax(0,1fr)_auto] items-center gap-2.5 rounded-[10px] px-2 text-left outline-offset-[-2px]',
      current ? 'bg-accent-soft' : 'hover:bg-surface',
    )}
  >
    <span
      className={cn(
        'data wide truncate text-right text-label tracking-normal',
        current ? 'text-accent-ink' : 'text-ink-3',
      )}
    >
      {numberOf(channel)}
    </span>
    <Monogram name={channel.name} className="size-10 rounded-[9px]" />
    <span className="min-w-0">
      <b className="block truncate font-semibold leading-[17px]">{channel.name}</b>
      <span className="block truncate text-ink-2 text-label">{channel.group || 'No group'}</span>
    </span>
    {channel.viewers > 0 ? (
      <span
        className="data flex items-center gap-1.5 text-ink-2 text-label"
        title={`${formatCount(channel.viewers)} watching`}
      >
        <i aria-hidden className="size-1.5 rounded-full bg-live" />
        {formatCount(channel.viewers)}
      </span>
    ) : null}
  </button>
);

type TvListProps = {
  channels: readonly Channel[];
  total: number;
  current: number | null;
  onPick: (channel: Channel) => void;
  onNearEnd: () => void;
};

/** The channels to choose from; arrows move, Enter takes. */
export const TvList = ({ channels, total, current, onPick, onNearEnd }: TvListProps) => {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: Math.max(total, channels.length),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  const inSight = virtual.getVirtualItems();
  const last = inSight.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= channels.length - 20 && channels.length < total) onNearEnd();
  }, [last, channels.length, total, onNearEnd]);

  const at = channels.findIndex((channel) => channel.num === current);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
  }, [at, virtual]);

  const step = (index: number): void => {
    if (index < 0 || index >= channels.length) return;
    virtual.scrollToIndex(index);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] button`)?.focus(),
    );
  };
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
      <ol aria-label="Channels" className="relative" style={{ height: virtual.getTotalSize() }}>
        {inSight.map((item) => {
          const channel = channels[item.index];
          return (
            <li
              key={channel?.id ?? item.key}
              data-index={item.index}
              aria-setsize={total}
              aria-posinset={item.index + 1}
              className="absolute inset-x-0 top-0"
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              onKeyDown={(event) => {
                if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
                event.preventDefault();
                event.stopPropagation();
                step(item.index + (event.key === 'ArrowDown' ? 1 : -1));
              }}
            >
              {channel ? (
                <Entry channel={channel} current={channel.num === current} onPick={() => onPick(channel)} />
              ) : (
                <Waiting />
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
};
