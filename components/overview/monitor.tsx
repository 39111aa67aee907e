import { Eye } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { streamHistory } from '@/lib/client/history';
import { codecName } from '@/lib/client/live-words';
import type { Channel } from '@/lib/contract/channels';
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

const FRAME =
  'flex min-w-0 flex-col overflow-hidden rounded-md border border-line-soft bg-surface transition-colors hover:border-line-strong';
const BADGE = 'rounded-[5px] bg-[rgb(8_6_16/.66)] px-1.5';

type ScreenProps = { name: string; big: boolean; dim?: boolean; children?: ReactNode };

/** The monitor's picture: the channel's colour and initials, dark and grey while it is off. */
const Screen = ({ name, big, dim = false, children }: ScreenProps) => {
  const { ground, letters } = monogramStyle(name);
  return (
    <div data-theme="dark" className="relative min-h-0 flex-1 overflow-hidden bg-[#07060c]">
      <div aria-hidden className={cn('absolute inset-0', dim && 'opacity-35 saturate-[.35]')}>
        <div
          className="absolute inset-0 opacity-80"
          style={{
            background: `radial-gradient(120% 130% at 78% 8%, ${ground} 0%, color-mix(in oklab, ${ground} 34%, #07060c) 46%, #07060c 100%)`,
          }}
        />
        <span
          className={cn(
            'wide absolute inset-0 grid place-items-center font-[720] text-white/85',
            big ? 'pb-6 text-[92px] leading-none' : 'pb-4 text-[40px] leading-none',
          )}
        >
          {letters}
        </span>
        <div className="absolute inset-x-0 bottom-0 h-1/2 bg-linear-to-b from-transparent to-[rgb(5_3_12/.72)]" />
      </div>
      {children}
    </div>
  );
};

const Badges = ({ stream, big }: { stream: StreamStatus; big: boolean }) => (
  <>
    <Sparkline
      values={streamHistory(stream.channel_id).clients}
      width={200}
      height={30}
      className="absolute inset-x-0 bottom-1 h-[26px] w-full text-white/85"
    />
    <span className="absolute top-2 left-2">
      {stream.state !== 'active' ? (
        <LivePill state={stream.state} className={BADGE} />
      ) : big ? (
        <LiveTag />
      ) : null}
    </span>
    <span
      className={cn('data absolute top-2 right-2 flex h-5 items-center gap-1 text-label text-white', BADGE)}
      title={`${formatCount(stream.clients)} watching`}
    >
      <Eye aria-hidden className="size-3" />
      {formatCount(stream.clients)}
      <span className="sr-only">watching</span>
    </span>
  </>
);

type LabelProps = {
  num: string;
  name: string;
  tally: string;
  big: boolean;
  note: string;
  children?: ReactNode;
};

/** The under-monitor label: a tally, a number, a name; the big one says more. */
const Label = ({ num, name, tally, big, note, children }: LabelProps) => (
  <div
    className={cn(
      'flex min-w-0 items-center pr-2.5 text-label',
      big ? 'h-[62px] gap-[11px]' : 'h-[34px] gap-2',
    )}
  >
    <i aria-hidden className={cn('w-[3px] flex-none self-stretch', tally)} />
    {big ? <Monogram name={name} className="size-9" /> : null}
    <div className="min-w-0 flex-1">
      <p className="flex min-w-0 gap-2">
        <span className="data wide flex-none text-ink-3 tracking-normal">{num}</span>
        <b className="truncate font-semibold">{name}</b>
      </p>
      {big ? <p className="truncate text-ink-3">{note}</p> : null}
    </div>
    {big ? children : null}
  </div>
);

const runsOn = ({ state, video, source_position, source_count }: StreamStatus): string => {
  if (state === 'failed') return 'No source works right now';
  const source = `source ${source_position + 1} of ${source_count}`;
  return video ? `${video.width} × ${video.height}, ${codecName(video.codec)}, ${source}` : `On ${source}`;
};

/** One monitor of the wall with what is on air. */
export const Monitor = ({
  stream,
  big,
  className,
}: {
  stream: StreamStatus;
  big: boolean;
  className?: string;
}) => (
  <Link href={`/live?open=${stream.channel_id}`} className={cn(FRAME, className)}>
    <Screen name={stream.name} big={big}>
      <Badges stream={stream} big={big} />
    </Screen>
    <Label
      num={String(stream.num)}
      name={stream.name}
      tally={TALLY[stream.state]}
      big={big}
      note={runsOn(stream)}
    >
      <p className="text-right">
        <b className="data block">{formatBitRate(stream.in_bits_per_second)}</b>
        <span className="text-ink-3">
          {stream.upstream_connections} in, {formatCount(stream.clients)} out
        </span>
      </p>
    </Label>
  </Link>
);

/** A monitor that is off: the channel is ready, and watching it starts it. */
export const IdleMonitor = ({
  channel,
  big,
  className,
}: {
  channel: Channel;
  big: boolean;
  className?: string;
}) => (
  <Link href={`/tv?ch=${channel.num}`} title={`Watch ${channel.name}`} className={cn(FRAME, className)}>
    <Screen name={channel.name} big={big} dim>
      <span className="absolute top-2 left-2">
        <LivePill state="idle" className={BADGE} />
      </span>
    </Screen>
    <Label
      num={channel.chno ?? String(channel.num)}
      name={channel.name}
      tally={TALLY.idle}
      big={big}
      note="Ready. It starts with its first viewer"
    />
  </Link>
);
