'use client';

import { useQuery } from '@tanstack/react-query';
import { Pencil, Play } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { channelQuery } from '@/lib/client/channels';
import type { ChannelDetail, Source } from '@/lib/contract/channels';
import type { StreamStatus } from '@/lib/contract/streams';
import { formatBitRate, formatCount } from '@/lib/units/format';
import { Monogram } from '../brand/monogram';
import { monogramStyle } from '../brand/monogram-style';
import { LivePill } from '../live/live-pill';
import { StopButton } from '../live/stop-button';
import { useMay } from '../shell/session';
import { useStreams } from '../shell/use-overview';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { Drawer } from '../ui/drawer';
import { ErrorBox } from '../ui/feedback';
import { lazyPart } from '../ui/lazy-part';
import { LiveTag, Skeleton, Tag } from '../ui/state';
import { DrawerTitle } from './drawer-title';
import { Outputs } from './outputs';

const ChannelDialog = lazyPart(() => import('./channel-dialog').then((m) => m.ChannelDialog));

const Head = ({ name, sub, viewers }: { name: string; sub: string; viewers: number | null }) => {
  const { ground } = monogramStyle(name);
  return (
    <div
      data-theme="dark"
      className="flex h-[118px] items-end gap-3 px-[18px] pb-3.5"
      style={{
        background: `radial-gradient(130% 150% at 85% 0%, ${ground} 0%, color-mix(in oklab, ${ground} 30%, #07060c) 52%, #0b0915 100%)`,
      }}
    >
      <Monogram name={name} className="size-10 rounded-[9px]" />
      <div className="min-w-0 flex-1">
        <h2 className="truncate font-[640] text-[16px] leading-5 [font-stretch:112%]">{name}</h2>
        <p className="truncate text-[#D9D5E8] text-label">{sub}</p>
      </div>
      {viewers === null ? null : <LiveTag>{formatCount(viewers)}</LiveTag>}
    </div>
  );
};

/** The server's label, or the host where the label only repeats the address. */
const sourceName = ({ label, url }: Source): string =>
  label !== url || !URL.canParse(url) ? label : new URL(url).host;

const Sources = ({ channel, stream }: { channel: ChannelDetail; stream: StreamStatus | null }) => (
  <section className="px-[18px] pt-3.5">
    <DrawerTitle note={channel.sources.length > 1 ? 'tried in this order' : ''}>Sources</DrawerTitle>
    {channel.sources.length === 0 ? (
      <p className="text-warn">No source yet. Add one, then it can start.</p>
    ) : null}
    <ol className="-mx-2 grid gap-0.5">
      {channel.sources.map((source, i) => {
        const onAir = stream?.source_position === source.position && stream.state !== 'failed';
        return (
          <li
            key={source.id}
            className={cn(
              'grid grid-cols-[22px_minmax(0,1fr)_auto] items-center gap-2 rounded-md px-2 py-1.5',
              onAir && 'bg-raised',
            )}
          >
            <span
              className={cn(
                'grid size-5 place-items-center rounded-[5px] border font-[620] text-[11px]',
                onAir
                  ? 'border-transparent bg-ok text-sunken light:text-white'
                  : 'border-line-strong text-ink-2',
              )}
            >
              {i + 1}
            </span>
            <span className="min-w-0">
              <b className="block truncate font-semibold text-[12.5px]">{sourceName(source)}</b>
              <span className="mono block truncate text-ink-3" title={source.url}>
                {source.kind === 'generator' ? 'Made here, for the demo' : source.url}
              </span>
            </span>
            {onAir ? (
              <Tag tone="ok">{stream.active ? formatBitRate(stream.in_bits_per_second) : 'Starting'}</Tag>
            ) : null}
          </li>
        );
      })}
    </ol>
  </section>
);

type ChannelDrawerProps = { id: string; name: string | null; onClose: () => void };

/** Everything about one channel beside the list: its sources, its addresses, and what it does now. */
export const ChannelDrawer = ({ id, name, onClose }: ChannelDrawerProps) => {
  const query = useQuery(channelQuery(id));
  const stream = useStreams().data?.streams.find((item) => item.channel_id === id) ?? null;
  const admin = useMay('admin');
  const [editing, setEditing] = useState(false);
  const channel = query.data;
  const shown = channel?.name ?? name ?? 'Channel';
  const sub = channel ? [channel.chno ?? channel.num, channel.group || 'No group'].join(' · ') : '';
  return (
    <Drawer
      label={shown}
      onClose={onClose}
      darkHeader
      header={<Head name={shown} sub={sub} viewers={stream ? stream.clients : null} />}
      footer={
        channel ? (
          <>
            <Button asChild>
              <Link href={`/tv?ch=${channel.num}`}>
                <Play aria-hidden />
                Watch
              </Link>
            </Button>
            {stream && admin ? <StopButton stream={stream} /> : null}
            <Button onClick={() => setEditing(true)}>
              <Pencil aria-hidden />
              Edit
            </Button>
          </>
        ) : null
      }
    >
      {query.error ? (
        <ErrorBox
          title="The channel could not be read"
          error={query.error}
          onRetry={() => void query.refetch()}
          className="m-4"
        />
      ) : null}
      {channel ? (
        <>
          <p className="flex items-center gap-2 px-[18px] pt-3.5">
            <LivePill state={stream?.state ?? 'idle'} />
            <span className="text-ink-3 text-label">
              {stream
                ? `In ${formatBitRate(stream.in_bits_per_second)}, out ${formatBitRate(stream.out_bits_per_second)}`
                : 'Starts with its first viewer'}
            </span>
          </p>
          <Sources channel={channel} stream={stream} />
          <Outputs channel={channel} stream={stream} />
        </>
      ) : query.isPending ? (
        <div className="grid gap-3 p-[18px]">
          <Skeleton className="h-4 w-24" />
          <Skeleton className="h-10" />
          <Skeleton className="h-10" />
          <Skeleton className="h-28" />
        </div>
      ) : null}
      {editing && channel ? (
        <ChannelDialog
          channel={channel}
          onClose={() => setEditing(false)}
          onSaved={() => setEditing(false)}
          onDeleted={() => {
            setEditing(false);
            onClose();
          }}
        />
      ) : null}
    </Drawer>
  );
};
