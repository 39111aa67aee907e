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
import { StreamChoice, StreamItem, StreamRow } from './stream-row';
import { StreamView } from './stream-view';
import { useSwitchNews } from './use-switch';

const HEADS = ['Channel', 'State', 'Sources', 'In', 'Out', 'Viewers', 'Up for'] as const;
const RIGHT = new Set<string>(['In', 'Out', 'Viewers', 'Up for']);
const WIDTHS = {
  Channel: '',
  State: 'w-[116px]',
  Sources: 'w-[108px]',
  In: 'w-[96px]',
  Out: 'w-[96px]',
  Viewers: 'w-[124px]',
  'Up for': 'w-[104px]',
};

type ListProps = { streams: readonly StreamStatus[]; onOpen: (id: string) => void };

const Table = ({ streams, onOpen }: ListProps) => (
  <table aria-label="Streams" className="w-full table-fixed border-collapse text-left">
    <thead className="sticky top-0 z-10 bg-canvas">
      <tr className="h-8 border-line-soft border-b text-ink-3 text-label">
        {HEADS.map((head) => (
          <th
            key={head}
            className={`px-2 font-[550] first:pl-6 last:pr-5 ${WIDTHS[head]} ${RIGHT.has(head) ? 'text-right' : ''}`}
          >
            {head}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {streams.map((stream) => (
        <StreamRow key={stream.channel_id} stream={stream} onOpen={() => onOpen(stream.channel_id)} />
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

/** What stands in place of the list: grey, an error, or that nothing runs. */
const Nothing = ({ query }: { query: ReturnType<typeof useStreams> }) => {
  if (query.isPending) {
    return (
      <div className="grid gap-3 p-6">
        {['a', 'b', 'c', 'd'].map((key) => (
          <Skeleton key={key} className="h-8" />
        ))}
      </div>
    );
  }
  if (query.error && !query.data) {
    return (
      <ErrorBox
        title="The streams could not be read"
        error={query.error}
        onRetry={() => void query.refetch()}
        className="m-6"
      />
    );
  }
  return (
    <Empty
      title="Nothing is on air"
      actions={
        <Button asChild tone="primary">
          <Link href="/tv">Open TV</Link>
        </Button>
      }
      help={<HelpLink href="/api/docs">How to read the streams from a script</HelpLink>}
    >
      A channel starts with its first viewer and stops by itself after the last one left. Watch one and it
      appears here.
    </Empty>
  );
};

type ColumnProps = ListProps & { openId: string | null };

/** The list beside an open stream: names, curves and viewers; clicking another one goes there. */
const Column = ({ streams, openId, onOpen }: ColumnProps) => (
  <nav
    aria-label="Streams"
    className="flex w-[248px] flex-none flex-col border-line-soft border-r max-lg:hidden"
  >
    <div className="px-5 pt-4 pb-2">
      <PageHead title="Live" count={formatCount(streams.length)} />
    </div>
    <ul className="min-h-0 flex-1 overflow-y-auto px-2.5 pb-4">
      {streams.map((stream) => (
        <StreamChoice
          key={stream.channel_id}
          stream={stream}
          open={stream.channel_id === openId}
          onOpen={() => onOpen(stream.channel_id)}
        />
      ))}
    </ul>
  </nav>
);

const Overview = ({ query, streams, onOpen }: ListProps & { query: ReturnType<typeof useStreams> }) => {
  const phone = useIsPhone();
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <div className="px-6 pt-4 pb-3 max-sm:px-4">
        <PageHead
          title="Live"
          count={query.data ? formatCount(streams.length) : undefined}
          sub={streams.length > 0 ? sentence(streams) : undefined}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto border-line-soft border-t">
        {streams.length === 0 ? <Nothing query={query} /> : null}
        {streams.length > 0 && !phone ? <Table streams={streams} onOpen={onOpen} /> : null}
        {streams.length > 0 && phone ? (
          <ul aria-label="Streams">
            {streams.map((stream) => (
              <StreamItem key={stream.channel_id} stream={stream} onOpen={() => onOpen(stream.channel_id)} />
            ))}
          </ul>
        ) : null}
      </div>
    </div>
  );
};

/** Everything on air, most watched first, with the values of this moment; one of them opens beside the list. */
export const LiveScreen = () => {
  const query = useStreams();
  const { params, change } = useUrlState();
  useSwitchNews();
  const streams = [...(query.data?.streams ?? [])].sort((a, b) => b.clients - a.clients || a.num - b.num);
  const open = streams.find((stream) => stream.channel_id === params.get('open')) ?? null;
  const list = { streams, onOpen: (id: string) => change({ open: id }) };
  return (
    <div className="relative flex h-full min-h-0 overflow-x-clip">
      {open ? <Column {...list} openId={open.channel_id} /> : <Overview {...list} query={query} />}
      {open ? (
        <StreamView key={open.channel_id} stream={open} onClose={() => change({ open: null })} />
      ) : null}
    </div>
  );
};
