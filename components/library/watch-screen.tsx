'use client';

import Link from 'next/link';
import { useParams } from 'next/navigation';
import { ApiError } from '@/lib/client/http';
import type { Video } from '@/lib/contract/videos';
import { formatClock } from '@/lib/units/format';
import { formatDate } from '@/lib/units/time';
import { Player } from '../player/player';
import { useMay } from '../shell/session';
import { Button } from '../ui/button';
import { Empty, ErrorBox } from '../ui/feedback';
import { Skeleton } from '../ui/state';
import { Poster } from './poster';
import { isGivenUp, useVideoSource } from './use-source';
import { useVideo, useVideoList } from './use-videos';

const MOST = 12;

const More = ({ id }: { id: string }) => {
  const list = useVideoList({});
  const others = list.items.filter((video) => video.id !== id && video.playable).slice(0, MOST);
  // Its place is kept until it is known that there are none, so that the picture does not change its size.
  if (others.length === 0) return list.isPending ? <aside aria-hidden /> : null;
  return (
    <aside aria-label="More videos" className="min-w-0 max-sm:px-4">
      <h2 className="mb-2 px-2 font-semibold text-lead">More videos</h2>
      <ul className="grid gap-0.5">
        {others.map((video) => (
          <li key={video.id}>
            <Link
              href={`/videos/${video.id}`}
              className="group/poster grid grid-cols-[136px_minmax(0,1fr)] items-center gap-3 rounded-[10px] p-2 hover:bg-surface"
            >
              <Poster
                title={video.title}
                thumbnail={video.thumbnail}
                durationSeconds={video.durationSeconds}
                className="@container rounded-md"
              />
              <span className="min-w-0">
                <b className="line-clamp-2 font-semibold leading-[18px] [overflow-wrap:anywhere]">
                  {video.title}
                </b>
                <span className="block truncate text-ink-3 text-label">{formatDate(video.createdAt)}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </aside>
  );
};

const Heading = ({ video }: { video: Video | undefined }) => {
  if (!video) return <Skeleton className="mt-4 h-7 w-2/3" />;
  const facts = [
    video.durationSeconds === null ? '' : formatClock(video.durationSeconds),
    formatDate(video.createdAt),
  ];
  return (
    <div className="mt-4 max-sm:px-4">
      <h1
        dir="auto"
        className="break-words text-left font-[640] text-title [font-stretch:114%] tracking-[-0.025em]"
      >
        {video.title}
      </h1>
      <p className="mt-0.5 text-ink-2">{facts.filter((fact) => fact !== '').join(', ')}</p>
      {video.description ? (
        <p className="mt-3 max-w-[72ch] whitespace-pre-line rounded-lg bg-surface px-4 py-3 text-ink-2">
          {video.description}
        </p>
      ) : null}
    </div>
  );
};

const Missing = () => (
  <Empty
    title="This video is not here"
    actions={
      <Button asChild tone="primary">
        <Link href="/videos">All videos</Link>
      </Button>
    }
  >
    It may have been deleted, or it is not meant for everybody.
  </Empty>
);

/** Nothing of it plays and nobody works on it: waiting would be for nothing. */
const GivenUp = ({ id, cancelled }: { id: string; cancelled: boolean }) => {
  const editor = useMay('editor');
  return (
    <Empty
      title={cancelled ? 'The work on this video was stopped' : 'This video could not be made'}
      actions={
        <>
          {editor ? (
            <Button asChild tone="primary">
              <Link href={`/library/${id}`}>See what happened</Link>
            </Button>
          ) : null}
          <Button asChild tone={editor ? 'default' : 'primary'}>
            <Link href="/videos">All videos</Link>
          </Button>
        </>
      }
    >
      {editor
        ? 'Its page says why, and lets you try again.'
        : 'Whoever uploaded it can see why, and begin again. It plays here as soon as it is there.'}
    </Empty>
  );
};

/** Watching one video: the picture first, others beside it. */
export const WatchScreen = () => {
  const { id } = useParams<{ id: string }>();
  const video = useVideo(id);
  const { query, source, refresh, keepPosition } = useVideoSource(id);
  const error = video.error ?? query.error;
  if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return <Missing />;
  return (
    <div className="mx-auto grid max-w-[1560px] grid-cols-[minmax(0,1fr)] gap-5 px-6 pt-1 pb-10 max-sm:px-0 lg:has-[>aside]:grid-cols-[minmax(0,1fr)_328px]">
      <div className="min-w-0">
        {error && !source ? (
          <ErrorBox
            title="The video could not be read"
            error={error}
            onRetry={() => {
              void video.refetch();
              void query.refetch();
            }}
          />
        ) : null}
        {query.data && isGivenUp(query.data) ? (
          <GivenUp id={id} cancelled={query.data.state === 'cancelled'} />
        ) : source ? (
          <Player
            source={source}
            refresh={refresh}
            savePosition={keepPosition}
            autoplay
            className="max-h-[calc(100dvh-150px)] max-sm:rounded-none"
          />
        ) : error ? null : (
          <Skeleton className="aspect-video rounded-lg max-sm:rounded-none" />
        )}
        <Heading video={video.data} />
      </div>
      <More id={id} />
    </div>
  );
};
