'use client';

import { useQuery } from '@tanstack/react-query';
import { Play, Square, Tv } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { streamHistory } from '@/lib/client/history';
import { codecName } from '@/lib/client/live-words';
import { streamQuery } from '@/lib/client/streams';
import type { StreamDetail, StreamStatus } from '@/lib/contract/streams';
import { formatBitRate, formatBytes, formatClock, formatCount } from '@/lib/units/format';
import { formatTimeOfDay } from '@/lib/units/time';
import { Monogram } from '../brand/monogram';
import { useMay } from '../shell/session';
import { Button } from '../ui/button';
import { Drawer } from '../ui/drawer';
import { LivePill } from './live-pill';
import { useStop } from './use-stop';

const Chart = dynamic(() => import('../ui/chart').then((m) => m.Chart), { ssr: false });

const Fact = ({ label, children }: { label: string; children: React.ReactNode }) => (
  <div className="flex justify-between gap-3 border-line-soft border-b py-1.5 last:border-b-0">
    <dt className="text-ink-2">{label}</dt>
    <dd className="data text-right">{children}</dd>
  </div>
);

const Facts = ({ stream }: { stream: StreamStatus }) => {
  const picture = stream.video
    ? `${stream.video.width} × ${stream.video.height}${stream.video.fps ? `, ${Math.round(stream.video.fps)} fps` : ''}`
    : null;
  const codecs = [stream.video, stream.audio].flatMap((track) => (track ? [codecName(track.codec)] : []));
  return (
    <dl className="px-[18px] pt-2">
      <Fact label="Viewers">
        {formatCount(stream.clients)}
        <span className="font-[450] text-ink-3">
          {' '}
          ({stream.viewers.hls} HLS, {stream.viewers.ts} TS)
        </span>
      </Fact>
      <Fact label="In">{formatBitRate(stream.in_bits_per_second)}</Fact>
      <Fact label="Out">{formatBitRate(stream.out_bits_per_second)}</Fact>
      <Fact label="Up for">{formatClock(stream.uptime_seconds)}</Fact>
      <Fact label="Sent since start">{formatBytes(stream.bytes_streamed)}</Fact>
      {picture ? <Fact label="Picture">{picture}</Fact> : null}
      {codecs.length > 0 ? <Fact label="Codecs">{codecs.join(' and ')}</Fact> : null}
      <Fact label="Skips of slow viewers">{formatCount(stream.skips)}</Fact>
    </dl>
  );
};

const why = (stream: StreamStatus): string => {
  const one = stream.upstream_connections === 1;
  if (stream.state === 'failed')
    return 'No source works right now. Siaran keeps trying while somebody watches.';
  if (stream.state === 'starting') return 'The source is being opened; the first picture is on its way.';
  if (stream.state === 'failing-over')
    return `Source ${stream.source_position + 1} of ${stream.source_count} is being tried.`;
  if (stream.upstream_connections === 0) return 'The picture is made here; no provider is asked.';
  if (one && stream.clients > 1)
    return `The provider sees one connection; ${formatCount(stream.clients)} viewers share it.`;
  return `On source ${stream.source_position + 1} of ${stream.source_count}, ${stream.upstream_connections} ${one ? 'connection' : 'connections'} to the provider.`;
};

const Troubles = ({ errors }: { errors: StreamDetail['errors'] }) => (
  <section className="px-[18px] pt-4 pb-5">
    <h3 className="mb-2 font-semibold text-body">Last troubles</h3>
    {errors.length === 0 ? <p className="text-ink-2">None since it started.</p> : null}
    <ul className="grid gap-2">
      {errors.map((error) => (
        <li key={`${error.at} ${error.code}`} className="grid grid-cols-[64px_minmax(0,1fr)] gap-2">
          <time className="text-ink-3 tabular-nums">{formatTimeOfDay(new Date(error.at))}</time>
          <span className="text-ink-2">
            <b className="font-semibold text-ink">Source {error.source_position + 1}.</b> {error.message}{' '}
            <code className="mono text-ink-3">{error.code}</code>
          </span>
        </li>
      ))}
    </ul>
  </section>
);

const Head = ({ stream }: { stream: StreamStatus }) => (
  <div className="flex items-center gap-3 px-[18px] pt-4 pr-14">
    <Monogram name={stream.name} className="size-10 rounded-[9px]" />
    <div className="min-w-0">
      <h2 className="truncate font-[640] text-[16px] leading-5 [font-stretch:112%]">{stream.name}</h2>
      <LivePill state={stream.state} />
    </div>
  </div>
);

/** One stream beside the list: how it runs and why, its curve, its last troubles, and a way to stop it. */
export const StreamDrawer = ({ stream, onClose }: { stream: StreamStatus; onClose: () => void }) => {
  const admin = useMay('admin');
  const detail = useQuery(streamQuery(stream.channel_id));
  const stop = useStop();
  const history = streamHistory(stream.channel_id);
  return (
    <Drawer
      label={stream.name}
      onClose={onClose}
      header={<Head stream={stream} />}
      footer={
        <>
          <Button asChild>
            <Link href={`/tv?ch=${stream.num}`}>
              <Play aria-hidden />
              Watch
            </Link>
          </Button>
          <Button asChild>
            <Link href={`/channels?open=${stream.channel_id}`}>
              <Tv aria-hidden />
              Channel
            </Link>
          </Button>
          {admin ? (
            <Button
              tone="danger"
              busy={stop.isPending}
              onClick={() => stop.mutate({ id: stream.channel_id, name: stream.name })}
            >
              <Square aria-hidden />
              Stop
            </Button>
          ) : null}
        </>
      }
    >
      <p className="px-[18px] pt-3 text-ink-2">{why(stream)}</p>
      <p className="mono truncate px-[18px] pt-1 text-ink-3" title={stream.source_url}>
        {stream.source_url}
      </p>
      <div className="relative mx-[18px] mt-3 h-[132px]">
        {history.atMs.length > 1 ? (
          <Chart
            label="Bits a second from the source"
            atMs={history.atMs}
            lines={[{ name: 'In', values: history.inBits, tone: 'accent', fill: true }]}
            format={formatBitRate}
          />
        ) : (
          <p className="text-ink-3 text-label">The curve begins in a few seconds.</p>
        )}
      </div>
      <Facts stream={stream} />
      <Troubles errors={detail.data?.errors ?? []} />
    </Drawer>
  );
};
