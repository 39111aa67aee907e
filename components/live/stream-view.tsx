'use client';

import { useQuery } from '@tanstack/react-query';
import { ArrowRightLeft, Play, Tv, X } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { streamQuery } from '@/lib/client/streams';
import type { StreamDetail, StreamStatus } from '@/lib/contract/streams';
import { bitRate, formatClock, formatCount } from '@/lib/units/format';
import { Monogram } from '../brand/monogram';
import { useMay } from '../shell/session';
import { Button, IconButton } from '../ui/button';
import { ErrorBox } from '../ui/feedback';
import { Skeleton } from '../ui/state';
import { useClosing } from '../ui/use-closing';
import { EncoderList } from './encoder-list';
import { EncoderLog } from './encoder-log';
import { LivePill } from './live-pill';
import { Alerts, Reception, Troubles } from './reception';
import { SourceList } from './source-list';
import { StopButton } from './stop-button';
import { SwitchHistory } from './switch-history';
import { Timeline } from './timeline';
import { useServerNow } from './use-now';
import { useSwitch } from './use-switch';
import { ViewerList } from './viewer-list';
import { gapWords, whyWords } from './words';

const Actions = ({ stream }: { stream: StreamStatus }) => {
  const admin = useMay('admin');
  const change = useSwitch({ id: stream.channel_id, name: stream.name });
  return (
    <div className="flex flex-wrap gap-2 max-sm:grid max-sm:grid-cols-2">
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
      {admin && stream.source_count > 1 ? (
        <Button busy={change.isPending} onClick={() => change.mutate(undefined)}>
          <ArrowRightLeft aria-hidden />
          Next source
        </Button>
      ) : null}
      {admin ? <StopButton stream={stream} /> : null}
    </div>
  );
};

const Figure = ({ label, unit, children }: { label: string; unit?: string; children: ReactNode }) => (
  <div className="flex flex-col-reverse border-line-soft border-l pl-4 first:border-l-0 first:pl-0 max-sm:border-l-0 max-sm:pl-0">
    <dd className="wide h-6 font-[640] text-[18px] leading-6">
      {children}
      {unit ? (
        <span className="ml-1 font-[520] leading-none text-[13px] text-ink-2 tracking-normal">{unit}</span>
      ) : null}
    </dd>
    <dt className="text-ink-3 text-label">{label}</dt>
  </div>
);

const Figures = ({ stream, detail }: { stream: StreamStatus; detail: StreamDetail | undefined }) => {
  const [into, out] = [bitRate(stream.in_bits_per_second), bitRate(stream.out_bits_per_second)];
  const gaps = detail?.switches.map((change) => change.gap_ms ?? 0) ?? [];
  return (
    <dl className="flex flex-wrap gap-x-4 gap-y-3 max-sm:grid max-sm:grid-cols-3">
      <Figure label="Viewers">{formatCount(stream.clients)}</Figure>
      <Figure label="In" unit={into.unit}>
        {into.value}
      </Figure>
      <Figure label="Out" unit={out.unit}>
        {out.value}
      </Figure>
      <Figure label="Up for">{formatClock(stream.uptime_seconds)}</Figure>
      <Figure label="On source" unit={`of ${stream.source_count}`}>
        {stream.source_position + 1}
      </Figure>
      <Figure label="Longest gap">{gapWords(gaps.length === 0 ? null : Math.max(...gaps))}</Figure>
    </dl>
  );
};

const Parts = ({ detail }: { detail: StreamDetail }) => (
  <>
    <Alerts alerts={detail.alerts} />
    <Timeline stream={detail} />
    <div className="grid items-start gap-3.5 xl:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]">
      <div className="grid min-w-0 gap-3.5">
        <SourceList stream={detail} />
        <EncoderList stream={detail} />
        <SwitchHistory switches={detail.switches} />
        <EncoderLog stream={detail} />
        <Troubles errors={detail.errors} />
      </div>
      <div className="grid min-w-0 gap-3.5">
        <ViewerList stream={detail} />
        <Reception stream={detail} />
      </div>
    </div>
  </>
);

/** One stream in full: how it runs and why, its time line, its sources and switches, who watches, what was damaged. */
export const StreamView = ({ stream, onClose }: { stream: StreamStatus; onClose: () => void }) => {
  const query = useQuery(streamQuery(stream.channel_id));
  const nowMs = useServerNow();
  const ref = useClosing(onClose);
  const detail = query.data;
  return (
    <section
      ref={ref}
      tabIndex={-1}
      aria-label={stream.name}
      className="min-w-0 flex-1 overflow-y-auto bg-canvas outline-none max-lg:absolute max-lg:inset-0 max-lg:z-20"
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3.5 px-6 pt-4 pb-7 max-sm:px-4">
        <header className="grid grid-cols-[minmax(0,1fr)] gap-3">
          <div className="flex items-center gap-3">
            <Monogram name={stream.name} className="size-11 rounded-[9px]" />
            <div className="min-w-0 flex-1">
              <h2 className="truncate font-[640] text-title [font-stretch:116%] tracking-[-0.025em]">
                {stream.name}
              </h2>
              <LivePill state={stream.state} />
            </div>
            <IconButton label="Back to all streams" onClick={onClose}>
              <X />
            </IconButton>
          </div>
          <p className="text-ink-2">{whyWords(stream, detail, nowMs)}</p>
          <Actions stream={stream} />
          <Figures stream={stream} detail={detail} />
        </header>
        {query.error && !detail ? (
          <ErrorBox
            title="The stream could not be read"
            error={query.error}
            onRetry={() => void query.refetch()}
          />
        ) : null}
        {query.isPending ? <Skeleton className="h-64 rounded-lg" /> : null}
        {detail ? <Parts detail={detail} /> : null}
      </div>
    </section>
  );
};
