'use client';

import Link from 'next/link';
import { useDeferredValue } from 'react';
import { formatCount } from '@/lib/units/format';
import { useMay } from '../shell/session';
import { Button } from '../ui/button';
import { Empty, ErrorBox, HelpLink } from '../ui/feedback';
import { SearchBox } from '../ui/search-box';
import { useUrlState } from '../ui/use-url-state';
import { LoadMore } from './load-more';
import { TileSkeletons } from './tile-skeletons';
import { useVideoList } from './use-videos';
import { TILE_GRID, VideoTile } from './video-tile';

const Nothing = ({ search }: { search: string }) => {
  const editor = useMay('editor');
  if (search !== '') return <Empty title={`No video is called “${search}”`}>Try a shorter word.</Empty>;
  return (
    <Empty
      title="No videos yet"
      actions={
        <Button asChild {...(editor ? { tone: 'primary' as const } : {})}>
          <Link href={editor ? '/uploads' : '/tv'}>{editor ? 'Upload a video' : 'Watch TV instead'}</Link>
        </Button>
      }
      help={<HelpLink href="/api/docs">How to list videos from a script</HelpLink>}
    >
      {editor
        ? 'What you upload appears here for everybody.'
        : 'They appear here as soon as somebody uploads one.'}
    </Empty>
  );
};

/** The viewer's shelf: every video that plays and is meant for them. */
export const VideosScreen = () => {
  const { params, change } = useUrlState();
  const search = params.get('q') ?? '';
  const late = useDeferredValue(search);
  const list = useVideoList({ search: late });
  const shown = list.items.filter(({ playable }) => playable);
  return (
    <div className="mx-auto max-w-[1440px] px-6 pt-2 pb-10 max-sm:px-4">
      <header className="mb-5 flex flex-wrap items-center gap-3">
        <h1 className="wide mr-auto font-[640] text-display max-sm:text-[26px] max-sm:leading-[31px]">
          Videos
          {shown.length > 0 && !list.hasNextPage ? (
            <span className="data ml-3 text-ink-3 text-lead tracking-normal">
              {formatCount(shown.length)}
            </span>
          ) : null}
        </h1>
        <SearchBox
          label="Search videos"
          placeholder="Title"
          value={search}
          onChange={(q) => change({ q })}
          className="w-64 max-sm:w-full"
        />
      </header>
      {list.error ? (
        <ErrorBox
          title="The videos could not be read"
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      ) : null}
      {list.isPending && !list.error ? <TileSkeletons /> : null}
      {list.data && shown.length === 0 && !list.hasNextPage ? <Nothing search={late} /> : null}
      <div className={TILE_GRID}>
        {shown.map((video) => (
          <VideoTile key={video.id} video={video} href={`/videos/${video.id}`} />
        ))}
      </div>
      <LoadMore list={list} />
    </div>
  );
};
