import { Eye } from 'lucide-react';
import Link from 'next/link';
import { streamHistory } from '@/lib/client/history';
import { codecName } from '@/lib/client/live-words';
import type { StreamStatus } from '@/lib/contract/streams';
import { formatBitRate, formatCount } from '@/lib/units/format';
import { Monogram } from '../brand/monogram';
import { monogramStyle } from '../brand/monogram-style';
import { LivePill } from '../live/live-pill';
import { cn } from '../ui/cn';
import { Sparkline } from '../ui/sparkline';
import { LiveTag } from '../ui/state';

const TALLY = {
  active: 'bg-ok',
  starting: 'bg-accent-ink',
  'failing-over': 'bg-warn',
  failed: 'bg-bad',
  idle: 'bg-line-strong',
  stopping: 'bg-line-strong',
  stopped: 'bg-line-strong',
} as const;

const Screen = ({ stream, big }: { stream: StreamStatus; big: boolean }) => {
  const { ground, letters } = monogramStyle(stream.name);
  return (
    <div data-theme="dark" className="relative min-h-0 flex-1 overflow-hidden bg-[#07060c]">
      <div
        aria-hidden
        className="absolute inset-0 opacity-80"
        style={{
          background: `radial-gradient(120% 130% at 78% 8%, ${ground} 0%, color-mix(in oklab, ${ground} 34%, #07060c) 46%, #07060c 100%)`,
        }}
      />
      <span
        aria-hidden
        className={cn(
          'wide absolute inset-0 grid place-items-center font-[720] text-white/85',
          big ? 'pb-6 text-[92px] leading-none' : 'pb-4 text-[40px] leading-none',
        )}
      >
        {letters}
      </span>
      <div
        aria-hidden
        className="absolute inset-x-0 bottom-0 h-1/2 bg-linear-to-b from-transparent to-[rgb(5_3_12/.72)]"
      />
      <Sparkline
        values={streamHistory(stream.channel_id).clients}
        width={200}
        height={30}
        className="absolute inset-x-0 bottom-1 h-[26px] w-full text-white/85"
      />
      <span className="absolute top-2 left-2">
        {stream.state === 'active' ? (
          big ? (
            <LiveTag />
          ) : null
        ) : (
          <LivePill state={stream.state} className="rounded-[5px] bg-[rgb(8_6_16/.66)] px-1.5" />
        )}
      </span>
      <span
        className="data absolute top-2 right-2 flex h-5 items-center gap-1 rounded-[5px] bg-[rgb(8_6_16/.66)] px-1.5 text-label text-white"
        title={`${formatCount(stream.clients)} watching`}
      >
        <Eye aria-hidden className="size-3" />
        {formatCount(stream.clients)}
        <span className="sr-only">watching</span>
      </span>
    </div>
  );
};

const Label = ({ stream, big }: { stream: StreamStatus; big: boolean }) => (
  <div
    className={cn(
      'flex min-w-0 items-center pr-2.5 text-label',
      big ? 'h-[62px] gap-[11px]' : 'h-[34px] gap-2',
    )}
  >
    <i aria-hidden className={cn('w-[3px] flex-none self-stretch', TALLY[stream.state])} />
    {big ? <Monogram name={stream.name} className="size-9" /> : null}
    <div className="min-w-0 flex-1">
      <p className="flex min-w-0 gap-2">
        <span className="data wide flex-none text-ink-3 tracking-normal">{stream.num}</span>
        <b className="truncate font-semibold">{stream.name}</b>
      </p>
      {big ? (
        <p className="truncate text-ink-3">
          {stream.video
            ? `${stream.video.width} × ${stream.video.height}, ${codecName(stream.video.codec)}, source ${stream.source_position + 1} of ${stream.source_count}`
            : `Source ${stream.source_position + 1} of ${stream.source_count}`}
        </p>
      ) : null}
    </div>
    {big ? (
      <p className="text-right">
        <b className="data block">{formatBitRate(stream.in_bits_per_second)}</b>
        <span className="text-ink-3">
          {stream.upstream_connections} in, {formatCount(stream.clients)} out
        </span>
      </p>
    ) : null}
  </div>
);

/** One monitor of the wall: picture, tally, name; the big one says how it runs. */
export const Monitor = ({
  stream,
  big = false,
  className,
}: {
  stream: StreamStatus;
  big?: boolean;
  className?: string;
}) => (
  <Link
    href={`/live?open=${stream.channel_id}`}
    className={cn(
      'flex min-w-0 flex-col overflow-hidden rounded-md border border-line-soft bg-surface transition-colors hover:border-line-strong',
      className,
    )}
  >
    <Screen stream={stream} big={big} />
    <Label stream={stream} big={big} />
  </Link>
);
