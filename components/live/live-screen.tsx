'use client';

import Link from 'next/link';
import type { StreamStatus } from '@/lib/contract/streams';
import { formatBitRate, formatCount } from '@/lib/units/format';
import { useStreams } from '../shell/use-overview';
import { Button } from '../ui/button';
import { Empty, ErrorBox, HelpLink } from '../ui/feedback';
import { PageHead } from '../ui/panel';
import { Skeleton } from '../ui/state';
import { useIsPhone } from '../ui/use-media';
import { useUrlState } from '../ui/use-url-state';
import { StreamDrawer } from './stream-drawer';
import { StreamItem, StreamRow } from './stream-row';

const HEADS = ['Channel', 'State', 'Sources', 'In', 'Out', 'Viewers', 'Up for'] as const;
const RIGHT = new Set<string>(['In', 'Out', 'Viewers', 'Up for']);
const WHEN_WIDE = new Set<string>(['In', 'Out']);
const WIDTHS = {
  Channel: '',
  State: 'w-[116px]',
  Sources: 'w-[108px]',
  In: 'w-[96px]',
  Out: 'w-[96px]',
  Viewers: 'w-[124px]',
  'Up for': 'w-[104px]',
};

type ListProps = { streams: readonly StreamStatus[]; openId: string | null; onOpen: (id: string) => void };

const Table = ({ streams, openId, onOpen }: ListProps) => (
  <table
    aria-label="Streams"
    data-narrow={openId !== null}
    className="group/live w-full table-fixed border-collapse text-left"
  >
    <thead className="sticky top-0 z-10 bg-canvas">
      <tr className="h-8 border-line-soft border-b text-ink-3 text-label">
        {HEADS.map((head) => (
          <th
            key={head}
            className={`px-2 font-[550] first:pl-6 last:pr-5 ${WIDTHS[head]} ${RIGHT.has(head) ? 'text-right' : ''} ${WHEN_WIDE.has(head) ? 'group-data-[narrow=true]/live:hidden' : ''}`}
          >
            {head}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {streams.map((stream) => (
        <StreamRow
          key={stream.channel_id}
          stream={stream}
          open={stream.channel_id === openId}
          onOpen={() => onOpen(stream.channel_id)}
        />
      ))}
    </tbody>
  </table>
);

const sentence = (streams: readonly StreamStatus[]): string => {
  const sum = (of: (stream: StreamStatus) => number): number =>
    streams.reduce((total, stream) => total + of(stream), 0);
  const viewers = sum((stream) => stream.clients);
  const connections = sum((stream) => stream.upstream_connections);
  const who = `${formatCount(viewers)} ${viewers === 1 ? 'viewer' : 'viewers'}`;
  const shared =
    connections === 0
      ? ''
      : ` on ${formatCount(connections)} provider ${connections === 1 ? 'connection' : 'connections'}`;
  const rates = `${formatBitRate(sum((s) => s.in_bits_per_second))} in, ${formatBitRate(sum((s) => s.out_bits_per_second))} out`;
  return `${who}${shared}: ${rates}.`;
};

/** Everything on air, most watched first, with the values of this moment. */
export const LiveScreen = () => {
  const query = useStreams();
  const phone = useIsPhone();
  const { params, change } = useUrlState();
  const streams = [...(query.data?.streams ?? [])].sort((a, b) => b.clients - a.clients || a.num - b.num);
  const open = streams.find((stream) => stream.channel_id === params.get('open')) ?? null;
  const openId = open?.channel_id ?? null;
  const toggle = (id: string): void => change({ open: id === openId ? null : id });
  return (
    <div className="relative flex h-full min-h-0 overflow-x-clip">
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="px-6 pt-4 pb-3 max-sm:px-4">
          <PageHead
            title="Live"
            count={query.data ? formatCount(streams.length) : undefined}
            sub={streams.length > 0 ? sentence(streams) : undefined}
          />
        </div>
        <div className="min-h-0 flex-1 overflow-y-auto border-line-soft border-t">
          {query.isPending ? (
            <div className="grid gap-3 p-6">
              {['a', 'b', 'c', 'd'].map((key) => (
                <Skeleton key={key} className="h-8" />
              ))}
            </div>
          ) : null}
          {query.error && !query.data ? (
            <ErrorBox
              title="The streams could not be read"
              error={query.error}
              onRetry={() => void query.refetch()}
              className="m-6"
            />
          ) : null}
          {query.data && streams.length === 0 ? (
            <Empty
              title="Nothing is on air"
              actions={
                <Button asChild tone="primary">
                  <Link href="/tv">Open TV</Link>
                </Button>
              }
              help={<HelpLink href="/api/docs">How to read the streams from a script</HelpLink>}
            >
              A channel starts with its first viewer and stops by itself after the last one left. Watch one
              and it appears here.
            </Empty>
          ) : null}
          {streams.length > 0 && !phone ? <Table streams={streams} openId={openId} onOpen={toggle} /> : null}
          {streams.length > 0 && phone ? (
            <ul aria-label="Streams">
              {streams.map((stream) => (
                <StreamItem
                  key={stream.channel_id}
                  stream={stream}
                  open={stream.channel_id === openId}
                  onOpen={() => toggle(stream.channel_id)}
                />
              ))}
            </ul>
          ) : null}
        </div>
      </div>
      {open ? (
        <StreamDrawer key={open.channel_id} stream={open} onClose={() => change({ open: null })} />
      ) : null}
    </div>
  );
};
