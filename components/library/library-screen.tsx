'use client';

import { useRouter } from 'next/navigation';
import { memo, useDeferredValue, useEffect } from 'react';
import type { VideoFilter } from '@/lib/client/videos';
import type { Video } from '@/lib/contract/videos';
import { formatCount } from '@/lib/units/format';
import { useOverview } from '../shell/use-overview';
import { Button } from '../ui/button';
import { Empty, ErrorBox } from '../ui/feedback';
import { lazyPart } from '../ui/lazy-part';
import { Page } from '../ui/panel';
import { Skeleton } from '../ui/state';
import { useUrlState } from '../ui/use-url-state';
import { uploadFor, useUploads } from '../uploader/use-uploads';
import { EmptyLibrary } from './empty-library';
import { cardsOf, filterOf, isBad, type LibraryFilter } from './library-filter';
import { LibraryHead } from './library-head';
import { LoadMore } from './load-more';
import { Selectable } from './select-box';
import { TileSkeletons } from './tile-skeletons';
import { type Toggle, usePicks } from './use-picks';
import { useVideoList } from './use-videos';
import { TILE_GRID, VideoTile } from './video-tile';
import { WorkCard } from './work-card';

const BulkBar = lazyPart(() => import('./bulk-bar').then((m) => m.BulkBar));

/** Beside everything else only the newest of what is unfinished; its own tabs have all of it. */
const MOST_CARDS = 6;

/** Old addresses name the video in the query. */
const useOpened = (): void => {
  const { params } = useUrlState();
  const router = useRouter();
  const open = params.get('open');
  useEffect(() => {
    if (open) router.replace(`/library/${encodeURIComponent(open)}`);
  }, [open, router]);
};

const queryOf = ({ search, visibility }: LibraryFilter): VideoFilter => ({
  ...(search === '' ? {} : { search }),
  ...(visibility ? { visibility } : {}),
});

/** What the filter leaves: cards of what is not ready, tiles of what is. */
const useShown = (filter: LibraryFilter) => {
  const query = queryOf(filter);
  const unfinished = useVideoList({ ...query, state: 'unfinished' });
  const ready = useVideoList({ ...query, state: 'ready' });
  const all = cardsOf(unfinished.items, filter.tab);
  const cards = filter.tab === 'all' ? all.slice(0, MOST_CARDS) : all;
  const tiles = filter.tab === 'all' || filter.tab === 'ready' ? ready.items : [];
  const more = all.slice(cards.length);
  return { unfinished, ready, cards, more, tiles };
};
type Shown = ReturnType<typeof useShown>;
type Picks = ReturnType<typeof usePicks>;

type MoreProps = { videos: readonly Video[]; onShow: (tab: 'progress' | 'failed') => void };

/** The way to the cards that have no room here, each kind to its own tab. */
const More = ({ videos, onShow }: MoreProps) => {
  const failed = videos.filter(isBad).length;
  const open = videos.length - failed;
  if (videos.length === 0) return null;
  return (
    <div className="mt-3 flex justify-center gap-2">
      {open > 0 ? (
        <Button tone="quiet" onClick={() => onShow('progress')}>
          {formatCount(open)} more in progress
        </Button>
      ) : null}
      {failed > 0 ? (
        <Button tone="quiet" onClick={() => onShow('failed')}>
          {formatCount(failed)} more failed
        </Button>
      ) : null}
    </div>
  );
};

type CardsProps = { shown: Shown; picks: Picks; onShow: MoreProps['onShow'] };

/** Cards of what is not ready: newest first, failed ones last. */
const Cards = ({ shown, picks, onShow }: CardsProps) => {
  const uploads = useUploads();
  if (shown.cards.length === 0) return null;
  return (
    <section aria-label="In progress" className="mb-5">
      <div className="grid grid-cols-[repeat(auto-fill,minmax(280px,1fr))] gap-3">
        {shown.cards.map((video) => (
          <Selectable
            key={video.id}
            id={video.id}
            title={video.title}
            selected={picks.selection[video.id] === true}
            onToggle={picks.toggle}
          >
            <WorkCard video={video} upload={uploadFor(uploads, video)} />
          </Selectable>
        ))}
      </div>
      <More videos={shown.more} onShow={onShow} />
    </section>
  );
};

type TileProps = { video: Video; selected: boolean; onToggle: Toggle };

/** Drawn anew only when its own video or its box changes: there may be thousands. */
const Tile = memo(({ video, ...box }: TileProps) => (
  <Selectable id={video.id} title={video.title} {...box}>
    <VideoTile video={video} href={`/library/${video.id}`} />
  </Selectable>
));
Tile.displayName = 'Tile';

const Tiles = ({ shown, picks }: { shown: Shown; picks: Picks }) => (
  <div className={TILE_GRID}>
    {shown.tiles.map((video) => (
      <Tile
        key={video.id}
        video={video}
        selected={picks.selection[video.id] === true}
        onToggle={picks.toggle}
      />
    ))}
  </div>
);

const NOTHING: Record<LibraryFilter['tab'], [title: string, words: string]> = {
  all: ['Nothing is here', 'Uploads and the work on them appear here.'],
  progress: ['Nothing is in progress', 'Uploads and the work on them appear here.'],
  ready: ['Nothing is ready yet', 'Videos come here when all of their qualities are made.'],
  failed: ['Nothing failed', 'Every upload got through.'],
};

const Nothing = ({ filter, onClear }: { filter: LibraryFilter; onClear: () => void }) => {
  const [title, words] = NOTHING[filter.tab];
  if (filter.search === '' && !filter.visibility) return <Empty title={title}>{words}</Empty>;
  return (
    <Empty
      title={filter.search === '' ? title : `No video is called “${filter.search}”`}
      actions={<Button onClick={onClear}>Show all videos</Button>}
    >
      {filter.search === '' ? 'None of them is seen by these people.' : 'Try a shorter word.'}
    </Empty>
  );
};

const useCounts = () => {
  const unfinished = useVideoList({ state: 'unfinished' });
  const ready = useVideoList({ state: 'ready' });
  const failed = unfinished.items.filter(isBad).length;
  const known = unfinished.total !== null && ready.total !== null;
  return {
    // Beyond the first page it is not known which of them failed.
    failed: unfinished.hasNextPage ? 0 : failed,
    progress: unfinished.hasNextPage ? 0 : unfinished.items.length - failed,
    ready: ready.total ?? 0,
    pending: unfinished.isPending || ready.isPending,
    total: known ? (unfinished.total ?? 0) + (ready.total ?? 0) : null,
  };
};

const Body = ({ filter }: { filter: LibraryFilter }) => {
  const { change } = useUrlState();
  const shown = useShown(filter);
  const visible = [...shown.cards, ...shown.tiles];
  const picks = usePicks(visible, JSON.stringify(filter));
  const { unfinished, ready } = shown;
  const list = filter.tab === 'all' || filter.tab === 'ready' ? ready : unfinished;
  const pending = unfinished.isPending || ready.isPending;
  // What was read before stays in sight while the server is away; the strip tells of that.
  const error = list.data ? null : list.error;
  return (
    <>
      {error ? (
        <ErrorBox title="The library could not be read" error={error} onRetry={() => void list.refetch()} />
      ) : null}
      {pending && !error ? <TileSkeletons /> : null}
      {!pending && !error && visible.length === 0 && !list.hasNextPage ? (
        <Nothing filter={filter} onClear={() => change({ q: null, who: null, show: null })} />
      ) : null}
      <div data-any={picks.videos.length > 0} className="group/picks">
        <Cards shown={shown} picks={picks} onShow={(show) => change({ show })} />
        <Tiles shown={shown} picks={picks} />
      </div>
      <LoadMore list={list} />
      {picks.videos.length > 0 ? (
        <BulkBar videos={picks.videos} shown={visible.length} onAll={picks.all} onDone={picks.clear} />
      ) : null}
    </>
  );
};

/** The library: what is in progress as cards, what is ready as a wall of frames; found, filtered, changed many at once. */
export const LibraryScreen = () => {
  useOpened();
  const { params, change } = useUrlState();
  const overview = useOverview();
  const counts = useCounts();
  const filter = filterOf(params);
  const late = { ...filter, search: useDeferredValue(filter.search) };
  if (counts.pending) {
    return (
      <Page>
        <Skeleton className="mb-5 h-8 w-72 max-w-full" />
        <TileSkeletons />
      </Page>
    );
  }
  if (counts.total === 0) {
    return <EmptyLibrary station={overview.data?.stationName ?? 'Siaran'} />;
  }
  return (
    <Page>
      <LibraryHead filter={filter} counts={counts} change={change} />
      <Body filter={late} />
    </Page>
  );
};
