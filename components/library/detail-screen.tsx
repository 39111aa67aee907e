'use client';

import { ChevronLeft, RotateCcw } from 'lucide-react';
import Link from 'next/link';
import { useParams } from 'next/navigation';
import { type RefObject, useEffect, useRef } from 'react';
import { ApiError } from '@/lib/client/http';
import type { Video } from '@/lib/contract/videos';
import { formatPercent } from '@/lib/units/format';
import { formatAgo } from '@/lib/units/time';
import { FailureLog } from '../jobs/failure';
import { JobRows } from '../jobs/job-rows';
import { useJobs } from '../jobs/use-jobs';
import { Player } from '../player/player';
import type { PlayerApi } from '../player/types';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { Empty, ErrorBox } from '../ui/feedback';
import { Page } from '../ui/panel';
import { Skeleton } from '../ui/state';
import { useUrlState } from '../ui/use-url-state';
import { UploadControls } from '../uploader/upload-controls';
import { shareOfItem, uploadLine } from '../uploader/upload-line';
import { useUploadOf } from '../uploader/use-uploads';
import { useVideoActions } from './actions';
import { Addresses } from './addresses';
import { DetailActions } from './detail-actions';
import { DetailsForm } from './details-form';
import { PictureButton } from './picture-button';
import { Poster } from './poster';
import { Renditions } from './renditions';
import { SegmentMapPanel } from './segment-map';
import { Steps } from './steps';
import { Tracks } from './tracks';
import { useVideoSource } from './use-source';
import { useVideo } from './use-videos';
import { factsLine, shareOfVideo, workLine } from './words';

/** A title of more letters is set smaller, so that it leaves room for what is told of the video. */
const LONG_TITLE = 70;

const BackLink = () => (
  <Link
    href="/library"
    className="hit relative -ml-1 inline-flex items-center gap-1.5 rounded-sm text-ink-2 hover:text-ink"
  >
    <ChevronLeft aria-hidden className="size-4" />
    Library
  </Link>
);

const Failure = ({ video }: { video: Video }) => {
  const { retry } = useVideoActions(video);
  return (
    <div role="alert" className="mt-4 grid gap-2 rounded-lg border border-line bg-surface p-4">
      <p className="font-semibold">
        {video.error?.message ?? 'The work was stopped before it was complete.'}
      </p>
      {video.error ? <FailureLog error={video.error} /> : null}
      <div>
        <Button tone="primary" busy={retry.isPending} onClick={() => retry.mutate()}>
          <RotateCcw aria-hidden />
          Retry
        </Button>
      </div>
    </div>
  );
};

const Status = ({ video }: { video: Video }) => {
  const upload = useUploadOf(video);
  const line = upload ? uploadLine(upload) : workLine(video);
  if (video.state === 'failed' || video.state === 'cancelled') return <Failure video={video} />;
  if (line === '' && !upload) return null;
  // The number that the library and the overview show; the steps tell of one stage each.
  const share = upload && video.state === 'uploading' ? shareOfItem(upload) : shareOfVideo(video);
  return (
    <div className="mt-4 flex flex-wrap items-center gap-2 text-ink-2" aria-live="polite">
      <span className="mr-auto">
        {share === null ? null : (
          <span className="mr-2">
            <b className="data text-ink">{formatPercent(share)}</b> in all
          </span>
        )}
        {line}
      </span>
      {upload ? <UploadControls item={upload} /> : null}
    </div>
  );
};

const Waiting = () => (
  <Page>
    <Skeleton className="h-5 w-24" />
    <div className="mt-5 grid grid-cols-[minmax(0,420px)_minmax(0,1fr)] gap-6 max-lg:grid-cols-1">
      <Skeleton className="aspect-video rounded-lg" />
      <div>
        <Skeleton className="h-9 w-3/4" />
        <Skeleton className="mt-3 h-4 w-1/2" />
      </div>
    </div>
  </Page>
);

const Missing = () => (
  <Page>
    <BackLink />
    <Empty
      title="This video is not here"
      actions={
        <Button asChild>
          <Link href="/library">Back to the library</Link>
        </Button>
      }
    >
      It may have been deleted.
    </Empty>
  </Page>
);

type Source = ReturnType<typeof useVideoSource>;
type StageProps = { video: Video; source: Source; player: RefObject<PlayerApi | null> };

/** The picture at the head: the player as soon as anything plays, else the frame with what to expect. */
const Stage = ({ video, source: { source, refresh, keepPosition }, player }: StageProps) => {
  const { params } = useUrlState();
  const stage = useRef<HTMLDivElement>(null);
  const over = video.state === 'failed' || video.state === 'cancelled';
  if (source && (source.hls || source.mp4)) {
    return (
      <div ref={stage} className="@container max-sm:-mx-4">
        <Player
          ref={player}
          source={source}
          refresh={refresh}
          savePosition={keepPosition}
          autoplay={params.get('play') === '1'}
          className="max-sm:rounded-none"
        />
        <div className="mt-1.5 -ml-2 max-sm:ml-2">
          <PictureButton video={video} stage={stage} />
        </div>
      </div>
    );
  }
  return (
    <div className="@container max-sm:-mx-4">
      <Poster
        title={video.title}
        thumbnail={video.thumbnail}
        dimmed={video.state === 'failed'}
        className="rounded-lg max-sm:rounded-none"
      >
        {over ? null : (
          <p className="absolute inset-x-0 bottom-0 bg-linear-to-b from-transparent to-[rgb(6_4_12/.86)] px-4 pt-10 pb-3 font-[560] text-white">
            It plays here as soon as the first part can be played.
          </p>
        )}
      </Poster>
    </div>
  );
};

/** Addresses, subtitles and chapters appear as the work goes on: what was asked before is asked again then. */
const useFreshConfig = ({ state, playable, progress: { stage } }: Video, { query }: Source): void => {
  const { refetch } = query;
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step of the work is a reason to ask
  useEffect(() => {
    if (!first.current) void refetch();
    first.current = false;
  }, [refetch, state, playable, stage]);
};

const Detail = ({ video }: { video: Video }) => {
  const source = useVideoSource(video.id);
  useFreshConfig(video, source);
  const config = source.query.data;
  const player = useRef<PlayerApi>(null);
  const running = video.state !== 'ready' && video.state !== 'failed' && video.state !== 'cancelled';
  const jobs = useJobs(video.id, running);
  const seek = video.playable ? (seconds: number) => player.current?.seek(seconds) : undefined;
  return (
    <Page>
      <div className="mb-4 flex flex-wrap items-center gap-2">
        <BackLink />
        <DetailActions video={video} />
      </div>
      <div className="grid grid-cols-[minmax(0,420px)_minmax(0,1fr)] gap-6 max-lg:grid-cols-1 max-sm:gap-4">
        <Stage video={video} source={source} player={player} />
        <div className="min-w-0">
          <h1
            dir="auto"
            className={cn(
              'break-words text-left font-[640]',
              video.title.length > LONG_TITLE
                ? 'text-title tracking-[-0.025em] [font-stretch:116%]'
                : 'wide text-display max-sm:text-[26px] max-sm:leading-[31px]',
            )}
          >
            {video.title}
          </h1>
          <p className="mt-1 text-ink-2">
            {[
              factsLine(video),
              `added ${formatAgo(video.createdAt, Date.now())}`,
              video.ownerName ? `by ${video.ownerName}` : '',
            ]
              .filter((part) => part !== '')
              .join(', ')}
          </p>
          {video.state === 'ready' ? null : <Steps video={video} jobs={jobs.data?.items ?? []} />}
          <Status video={video} />
          {video.state === 'ready' ? (
            <div className="mt-4">
              <Renditions video={video} />
            </div>
          ) : null}
        </div>
      </div>
      <SegmentMapPanel video={video} tracks={config?.audioTracks ?? []} onSeek={seek} />
      <div className="mt-3.5 grid grid-cols-2 items-start gap-3.5 max-lg:grid-cols-1">
        <div className="grid min-w-0 gap-3.5">
          <DetailsForm video={video} />
          {video.state === 'ready' || video.qualities.length === 0 ? null : <Renditions video={video} />}
          <Tracks config={config} audioCodec={video.audioCodec} onSeek={seek} />
        </div>
        <div className="grid min-w-0 gap-3.5">
          <JobRows jobs={jobs} told={video.error?.message ?? null} title={video.title} />
          {running || video.playable ? <Addresses config={config} /> : null}
        </div>
      </div>
    </Page>
  );
};

/** One video: player, how far it is, its segments, qualities, details, job log and addresses. */
export const DetailScreen = () => {
  const { id } = useParams<{ id: string }>();
  const video = useVideo(id);
  if (video.data) return <Detail video={video.data} />;
  if (video.error instanceof ApiError && video.error.status === 404) return <Missing />;
  if (video.error) {
    return (
      <Page>
        <ErrorBox
          title="The video could not be read"
          error={video.error}
          onRetry={() => void video.refetch()}
        />
      </Page>
    );
  }
  return <Waiting />;
};
