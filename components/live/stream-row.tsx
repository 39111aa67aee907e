'use client';

import { streamHistory } from '@/lib/client/history';
import type { StreamStatus } from '@/lib/contract/streams';
import { formatBitRate, formatClock, formatCount } from '@/lib/units/format';
import { Monogram } from '../brand/monogram';
import { cn } from '../ui/cn';
import { Sparkline } from '../ui/sparkline';
import { LivePill } from './live-pill';
import { SourceMarks } from './source-marks';

const CURVE = { failed: 'text-bad', 'failing-over': 'text-warn' } as const;

type StreamRowProps = { stream: StreamStatus; open: boolean; onOpen: () => void };

const rowLook = (open: boolean): string =>
  cn(
    'cursor-pointer border-line-soft border-b outline-offset-[-2px]',
    open ? 'bg-raised shadow-[inset_2px_0_var(--color-accent-ink)]' : 'hover:bg-surface',
  );

/** One running stream of the table; Enter opens it. */
export const StreamRow = ({ stream, open, onOpen }: StreamRowProps) => {
  const curve = stream.state === 'failed' || stream.state === 'failing-over' ? CURVE[stream.state] : '';
  return (
    <tr
      tabIndex={0}
      aria-selected={open}
      onClick={onOpen}
      onKeyDown={(event) => (event.key === 'Enter' ? onOpen() : undefined)}
      className={cn(rowLook(open), 'h-(--size-row) [&>td]:px-2')}
    >
      <td className="max-w-0 pl-6!">
        <span className="flex min-w-0 items-center gap-[11px]">
          <Monogram name={stream.name} />
          <span className="min-w-0 leading-[17px]">
            <b className="block truncate font-semibold">{stream.name}</b>
            <span className="block truncate text-ink-3 text-label">{stream.id}</span>
          </span>
        </span>
      </td>
      <td>
        <LivePill state={stream.state} />
      </td>
      <td>
        <SourceMarks count={stream.source_count} current={stream.source_position} state={stream.state} />
      </td>
      <td className="text-right tabular-nums group-data-[narrow=true]/live:hidden">
        {formatBitRate(stream.in_bits_per_second)}
      </td>
      <td className="text-right tabular-nums group-data-[narrow=true]/live:hidden">
        {formatBitRate(stream.out_bits_per_second)}
      </td>
      <td>
        <span className="flex items-center justify-end gap-2.5">
          <Sparkline values={streamHistory(stream.channel_id).clients} className={curve} />
          <b className="data min-w-6 text-right">{formatCount(stream.clients)}</b>
        </span>
      </td>
      <td className="pr-5! text-right text-ink-2 tabular-nums">{formatClock(stream.uptime_seconds)}</td>
    </tr>
  );
};

/** The same on a phone: two lines. */
export const StreamItem = ({ stream, open, onOpen }: StreamRowProps) => (
  <li>
    <button
      type="button"
      onClick={onOpen}
      className={cn(rowLook(open), 'flex min-h-[60px] w-full items-center gap-3 px-4 text-left')}
    >
      <Monogram name={stream.name} className="size-[38px]" />
      <span className="min-w-0 flex-1">
        <b className="block truncate font-semibold">{stream.name}</b>
        <span className="block truncate text-ink-3 text-label tabular-nums">
          {formatBitRate(stream.in_bits_per_second)} in, up {formatClock(stream.uptime_seconds)}
        </span>
      </span>
      <span className="grid justify-items-end">
        <LivePill state={stream.state} />
        <b className="data text-ink-2">{formatCount(stream.clients)}</b>
      </span>
    </button>
  </li>
);
