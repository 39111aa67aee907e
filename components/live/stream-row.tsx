'use client';

import { Cpu } from 'lucide-react';
import { streamHistory } from '@/lib/client/history';
import { LIVE_WORDS } from '@/lib/client/live-words';
import type { StreamStatus } from '@/lib/contract/streams';
import { formatBitRate, formatClock, formatCount } from '@/lib/units/format';
import { Monogram } from '../brand/monogram';
import { cn } from '../ui/cn';
import { Sparkline } from '../ui/sparkline';
import { LivePill } from './live-pill';
import { encoderWords } from './rung-words';
import { SourceMarks } from './source-marks';

const CURVE = { failed: 'text-bad', 'failing-over': 'text-warn' } as const;

type StreamRowProps = { stream: StreamStatus; onOpen: () => void };

const ROW = 'cursor-pointer border-line-soft border-b outline-offset-[-2px] hover:bg-surface';

const curveTone = ({ state }: StreamStatus): string =>
  state === 'failed' || state === 'failing-over' ? CURVE[state] : '';

/** The second line of a stream; it tells of encoders, as they are what costs. */
const withEncoders = (line: string, { encoders }: StreamStatus): string => {
  const words = encoderWords(encoders);
  return words === null ? line : `${line}, ${words}`;
};

/** One running stream of the table; Enter opens it. */
export const StreamRow = ({ stream, onOpen }: StreamRowProps) => {
  return (
    <tr
      tabIndex={0}
      onClick={onOpen}
      onKeyDown={(event) => (event.key === 'Enter' ? onOpen() : undefined)}
      className={cn(ROW, 'h-(--size-row) [&>td]:px-2')}
    >
      <td className="max-w-0 pl-6!">
        <span className="flex min-w-0 items-center gap-[11px]">
          <Monogram name={stream.name} />
          <span className="min-w-0 leading-[17px]">
            <b className="block truncate font-semibold">{stream.name}</b>
            <span className="block truncate text-ink-3 text-label">{withEncoders(stream.id, stream)}</span>
          </span>
        </span>
      </td>
      <td>
        <LivePill state={stream.state} />
      </td>
      <td>
        <SourceMarks count={stream.source_count} current={stream.source_position} state={stream.state} />
      </td>
      <td className="text-right tabular-nums">{formatBitRate(stream.in_bits_per_second)}</td>
      <td className="text-right tabular-nums">{formatBitRate(stream.out_bits_per_second)}</td>
      <td>
        <span className="flex items-center justify-end gap-2.5">
          <Sparkline values={streamHistory(stream.channel_id).clients} className={curveTone(stream)} />
          <b className="data min-w-6 text-right">{formatCount(stream.clients)}</b>
        </span>
      </td>
      <td className="pr-5! text-right text-ink-2 tabular-nums">{formatClock(stream.uptime_seconds)}</td>
    </tr>
  );
};

/** The same on a phone: two lines. */
export const StreamItem = ({ stream, onOpen }: StreamRowProps) => (
  <li>
    <button
      type="button"
      onClick={onOpen}
      className={cn(ROW, 'flex min-h-[60px] w-full items-center gap-3 px-4 text-left')}
    >
      <Monogram name={stream.name} className="size-[38px]" />
      <span className="min-w-0 flex-1">
        <b className="block truncate font-semibold">{stream.name}</b>
        <span className="block truncate text-ink-3 text-label tabular-nums">
          {withEncoders(
            `${formatBitRate(stream.in_bits_per_second)} in, up ${formatClock(stream.uptime_seconds)}`,
            stream,
          )}
        </span>
      </span>
      <span className="grid justify-items-end">
        <LivePill state={stream.state} />
        <b className="data text-ink-2">{formatCount(stream.clients)}</b>
      </span>
    </button>
  </li>
);

/** How many encoders run, where there is no room for words. */
const EncoderCount = ({ count }: { count: number }) => {
  const words = encoderWords(count);
  if (words === null) return null;
  return (
    <span role="img" aria-label={words} title={words} className="inline-flex flex-none items-center gap-0.5">
      <Cpu aria-hidden className="size-3" />
      {count}
    </span>
  );
};

/** The same beside an open stream: a line that is chosen or not. */
export const StreamChoice = ({ stream, open, onOpen }: StreamRowProps & { open: boolean }) => (
  <li>
    <button
      type="button"
      aria-current={open ? 'true' : undefined}
      onClick={onOpen}
      className={cn(
        'flex h-11 w-full items-center gap-2.5 rounded-md px-2 text-left',
        open ? 'bg-raised' : 'hover:bg-surface',
      )}
    >
      <Monogram name={stream.name} className="size-7" />
      <span className="min-w-0 flex-1 leading-[16px]">
        <b className="block truncate font-semibold text-[12.5px]">{stream.name}</b>
        <span className="flex items-center gap-1.5 text-[11.5px] text-ink-3">
          <span className="truncate">
            {stream.state === 'active' ? formatBitRate(stream.in_bits_per_second) : LIVE_WORDS[stream.state]}
          </span>
          <EncoderCount count={stream.encoders} />
        </span>
      </span>
      <Sparkline values={streamHistory(stream.channel_id).clients} className={curveTone(stream)} />
      <b className="data min-w-5 text-right">{formatCount(stream.clients)}</b>
    </button>
  </li>
);
