'use client';

import { ListPlus, Plus } from 'lucide-react';
import Link from 'next/link';
import type { Overview } from '@/lib/contract/system';
import { formatBitRate, formatCount } from '@/lib/units/format';
import { useOverview, useStreams } from '../shell/use-overview';
import { Button } from '../ui/button';
import { Empty, ErrorBox, HelpLink } from '../ui/feedback';
import { lazyPart } from '../ui/lazy-part';
import { Page, Panel } from '../ui/panel';
import { Skeleton } from '../ui/state';
import { JobList } from './job-list';
import { NeedsYou } from './needs-you';
import { Traffic } from './traffic';
import { Wall } from './wall';

const Welcome = lazyPart(() => import('./welcome').then((m) => m.Welcome));

const Headline = ({ overview }: { overview: Overview }) => (
  <header className="mb-[18px] flex flex-wrap items-end gap-3">
    <div className="min-w-0 flex-1">
      <h1 className="font-[560] text-display text-ink-2 tracking-display [font-stretch:118%] max-sm:text-[26px] max-sm:leading-[31px]">
        <b className="font-[640] text-ink">{formatCount(overview.onAir)}</b> on air,{' '}
        <b className="font-[640] text-ink">{formatCount(overview.watching)}</b> watching
      </h1>
      <p className="mt-0.5 text-ink-2">
        {overview.onAir > 0
          ? `Each channel leaves its provider once: ${formatBitRate(overview.inBitsPerSecond)} in, ${formatBitRate(overview.outBitsPerSecond)} out.`
          : 'A channel starts with its first viewer and stops by itself after the last.'}
      </p>
    </div>
    <div className="flex gap-2 max-sm:hidden">
      <Button asChild>
        <Link href="/channels?import=1">
          <ListPlus aria-hidden />
          Import M3U
        </Link>
      </Button>
      <Button asChild tone="primary">
        <Link href="/channels?add=1">
          <Plus aria-hidden />
          Add channel
        </Link>
      </Button>
    </div>
  </header>
);

const NoChannels = () => (
  <Panel>
    <Empty
      title="No channel yet"
      actions={
        <Button asChild>
          <Link href="/channels?import=1">Import M3U</Link>
        </Button>
      }
      help={<HelpLink href="/api/docs">How to add channels from a script</HelpLink>}
    >
      Import a list, or add a channel by hand.
    </Empty>
  </Panel>
);

const Waiting = () => (
  <Page>
    <Skeleton className="mb-6 h-9 w-80" />
    <Skeleton className="mb-4 h-[326px] rounded-md" />
    <Skeleton className="h-[260px] rounded-lg" />
  </Page>
);

/** The control room's first page: what is on air, what is being made, what needs a person. */
export const OverviewScreen = () => {
  const overview = useOverview();
  const streams = useStreams();
  const { data } = overview;
  if (!data) {
    return overview.error ? (
      <Page>
        <ErrorBox
          title="The overview could not be read"
          error={overview.error}
          onRetry={() => void overview.refetch()}
        />
      </Page>
    ) : (
      <Waiting />
    );
  }
  if (data.channels === 0 && data.videos === 0 && data.onAir === 0)
    return <Welcome station={data.stationName} />;
  const onAir = streams.data?.streams ?? [];
  return (
    <Page className="flex min-h-full flex-col">
      <Headline overview={data} />
      {onAir.length > 0 || data.channels > 0 ? <Wall streams={onAir} /> : <NoChannels />}
      <Panel className="mt-[18px] grid flex-1 grid-cols-[minmax(0,1.72fr)_minmax(0,1.08fr)_minmax(0,1fr)] divide-x divide-line-soft max-lg:grid-cols-[minmax(0,1fr)] max-lg:divide-x-0 max-lg:divide-y">
        <Traffic overview={data} />
        <JobList waiting={data.jobs.queued} />
        <NeedsYou overview={data} />
      </Panel>
    </Page>
  );
};
