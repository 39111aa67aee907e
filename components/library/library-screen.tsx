'use client';

import { useRouter } from 'next/navigation';
import { useDeferredValue, useEffect } from 'react';
import type { Video } from '@/lib/contract/videos';
import { formatCount } from '@/lib/units/format';
import { useOverview } from '../shell/use-overview';
import { Empty, ErrorBox } from '../ui/feedback';
import { Page } from '../ui/panel';
import { SearchBox } from '../ui/search-box';
import { Segmented } from '../ui/segmented';
import { Skeleton } from '../ui/state';
import { useUrlState } from '../ui/use-url-state';
import { DropPage } from '../uploader/drop-zone';
import { UploadButton } from '../uploader/upload-button';
import { uploadFor, useUploads } from '../uploader/use-uploads';
import { EmptyLibrary } from './empty-library';
import { LoadMore } from './load-more';
import { TileSkeletons } from './tile-skeletons';
import { useVideoList } from './use-videos';
import { TILE_GRID, VideoTile } from './video-tile';
import { WorkCard } from './work-card';

const TABS = ['all', 'progress', 'failed'] as const;
type Tab = (typeof TABS)[number];

const withCount = (word: string, count: number): string =>
  count > 0 ? `${word} ${formatCount(count)}` : word;

/** Old addresses name the video in the query. */
const useOpened = (): void => {
  const { params } = useUrlState();
  const router = useRouter();
  const open = params.get('open');
  useEffect(() => {
    if (open) router.replace(`/library/${encodeURIComponent(open)}`);
  }, [open, router]);
};

const isBad = ({ state }: Pick<Video, 'state'>): boolean => state === 'failed' || state === 'cancelled';

/** Cards of what is not ready: newest first, failed ones last. */
const Tray = ({ tab, search }: { tab: Tab; search: string }) => {
  const unfinished = useVideoList({ state: 'unfinished' });
  const uploads = useUploads();
  const words = search.trim().toLowerCase();
  const shown = unfinished.items
    .filter((video) => tab === 'all' || isBad(video) === (tab === 'failed'))
    .filter(({ title, fileName }) => `${title} ${fileName}`.toLowerCase().includes(words))
    .sort((a, b) => Number(isBad(a)) - Number(isBad(b)));
  if (unfinished.error && tab !== 'all') {
    return (
      <ErrorBox
        title="What is in progress could not be read"
        error={unfinished.error}
        onRetry={() => void unfinished.refetch()}
      />
    );
  }
  if (shown.length === 0) {
    if (tab === 'all' || unfinished.isPending) return null;
    return (
      <Empty title={tab === 'failed' ? 'Nothing failed' : 'Nothing is in progress'}>
        {tab === 'failed' ? 'Every upload got through.' : 'Uploads and the work on them appear here.'}
      </Empty>
    );
  }
  return (
    <section
      aria-label="In progress"
      className="mb-5 grid grid-cols-[repeat(auto-fill,minmax(280px,1fr))] gap-3"
    >
      {shown.map((video) => (
        <WorkCard key={video.id} video={video} upload={uploadFor(uploads, video)} />
      ))}
    </section>
  );
};

const Grid = ({ search }: { search: string }) => {
  const list = useVideoList({ state: 'ready', search });
  if (list.error) {
    return (
      <ErrorBox
        title="The library could not be read"
        error={list.error}
        onRetry={() => void list.refetch()}
      />
    );
  }
  if (list.isPending) return <TileSkeletons />;
  if (list.items.length === 0 && search !== '') {
    return (
      <Empty title={`No video is called “${search}”`}>
        Try a shorter word, or look into what is in progress.
      </Empty>
    );
  }
  return (
    <>
      <div className={TILE_GRID}>
        {list.items.map((video) => (
          <VideoTile key={video.id} video={video} href={`/library/${video.id}`} />
        ))}
      </div>
      <LoadMore
        hasMore={list.hasNextPage}
        busy={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
    </>
  );
};

const useCounts = () => {
  const unfinished = useVideoList({ state: 'unfinished' });
  const ready = useVideoList({ state: 'ready' });
  const failed = unfinished.items.filter(isBad).length;
  const known = unfinished.total !== null && ready.total !== null;
  return {
    failed,
    progress: unfinished.items.length - failed,
    pending: unfinished.isPending || ready.isPending,
    total: known ? (unfinished.total ?? 0) + (ready.total ?? 0) : null,
  };
};

/** The library: what is in progress as cards, what is ready as a wall of frames. */
export const LibraryScreen = () => {
  useOpened();
  const { params, change } = useUrlState();
  const overview = useOverview();
  const counts = useCounts();
  const tab = TABS.find((name) => name === params.get('show')) ?? 'all';
  const search = params.get('q') ?? '';
  const late = useDeferredValue(search);
  if (counts.pending) {
    return (
      <Page>
        <Skeleton className="mb-5 h-8 w-72 max-w-full" />
        <TileSkeletons />
      </Page>
    );
  }
  if (counts.total === 0) {
    return (
      <DropPage>
        <EmptyLibrary station={overview.data?.stationName ?? 'Siaran'} />
      </DropPage>
    );
  }
  return (
    <DropPage>
      <Page>
        <header className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-3">
          <h1 className="flex items-baseline gap-2 font-[640] text-title tracking-[-0.025em] [font-stretch:116%] max-sm:mr-auto">
            Library
            {counts.total === null ? null : (
              <span className="data text-[14px] text-ink-3 tracking-normal">{formatCount(counts.total)}</span>
            )}
          </h1>
          <Segmented
            label="Show"
            value={tab}
            onChange={(next) => change({ show: next === 'all' ? null : next })}
            options={[
              { value: 'all', label: 'All' },
              { value: 'progress', label: withCount('In progress', counts.progress) },
              { value: 'failed', label: withCount('Failed', counts.failed) },
            ]}
            className="max-sm:order-2 max-sm:w-full"
          />
          <SearchBox
            label="Search the library"
            placeholder="Title or file"
            value={search}
            onChange={(q) => change({ q })}
            className="ml-auto w-48 max-sm:order-3 max-sm:w-full"
          />
          <UploadButton />
        </header>
        <Tray tab={tab} search={late} />
        {tab === 'all' ? <Grid search={late} /> : null}
      </Page>
    </DropPage>
  );
};
