'use client';

import { ChevronLeft, Ellipsis, ExternalLink, RotateCcw, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useParams, useRouter } from 'next/navigation';
import { useState } from 'react';
import { ApiError } from '@/lib/client/http';
import type { Video } from '@/lib/contract/videos';
import { formatAgo } from '@/lib/units/time';
import { FailureLog } from '../jobs/failure';
import { JobRows } from '../jobs/job-rows';
import { Player } from '../player/player';
import { Button, IconButton } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { Empty, ErrorBox } from '../ui/feedback';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu';
import { Page } from '../ui/panel';
import { Skeleton } from '../ui/state';
import { useUrlState } from '../ui/use-url-state';
import { UploadControls } from '../uploader/upload-controls';
import { uploadLine } from '../uploader/upload-line';
import { useUploadOf } from '../uploader/use-uploads';
import { useVideoActions } from './actions';
import { Addresses } from './addresses';
import { DetailsForm } from './details-form';
import { Poster } from './poster';
import { Renditions } from './renditions';
import { Steps } from './steps';
import { useVideoSource } from './use-source';
import { useVideo } from './use-videos';
import { factsLine, workLine } from './words';

const BackLink = () => (
  <Link
    href="/library"
    className="hit relative -ml-1 inline-flex items-center gap-1.5 rounded-sm text-ink-2 hover:text-ink"
  >
    <ChevronLeft aria-hidden className="size-4" />
    Library
  </Link>
);

const Actions = ({ video }: { video: Video }) => {
  const { retry, remake, cancel, remove } = useVideoActions(video);
  const [asking, setAsking] = useState(false);
  const router = useRouter();
  const busy = video.state === 'processing' || video.state === 'queued';
  const again = video.state === 'failed' || video.state === 'cancelled';
  return (
    <div className="ml-auto flex items-center gap-2">
      {again ? (
        <Button tone="primary" busy={retry.isPending} onClick={() => retry.mutate()}>
          <RotateCcw aria-hidden />
          Retry
        </Button>
      ) : null}
      {busy ? (
        <Button busy={cancel.isPending} onClick={() => cancel.mutate()}>
          Stop the work
        </Button>
      ) : null}
      {video.playable ? (
        <Button asChild>
          <Link href={`/videos/${video.id}`}>
            <ExternalLink aria-hidden />
            As viewers see it
          </Link>
        </Button>
      ) : null}
      <Menu
        trigger={
          <IconButton label="More">
            <Ellipsis />
          </IconButton>
        }
      >
        {video.state === 'ready' ? (
          <>
            <MenuItem onSelect={() => remake.mutate()}>
              <RotateCcw aria-hidden />
              Make the qualities again
            </MenuItem>
            <MenuSeparator />
          </>
        ) : null}
        <MenuItem danger onSelect={() => setAsking(true)}>
          <Trash2 aria-hidden />
          Delete video
        </MenuItem>
      </Menu>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Delete ${video.title}?`}
        action="Delete video"
        onConfirm={async () => {
          await remove.mutateAsync();
          router.replace('/library');
        }}
      >
        The original, all qualities and its links are removed from the server, and work that still runs is
        stopped. This cannot be taken back.
      </Confirm>
    </div>
  );
};

const Status = ({ video }: { video: Video }) => {
  const upload = useUploadOf(video);
  const line = upload ? uploadLine(upload) : workLine(video);
  if (video.error) {
    return (
      <div role="alert" className="mt-4 grid gap-2 rounded-lg border border-line bg-surface p-4">
        <p className="font-semibold">{video.error.message}</p>
        <FailureLog error={video.error} />
      </div>
    );
  }
  if (line === '' && !upload) return null;
  return (
    <div className="mt-4 flex flex-wrap items-center gap-2 text-ink-2">
      <span className="mr-auto">{line}</span>
      {upload ? <UploadControls item={upload} /> : null}
    </div>
  );
};

const Waiting = () => (
  <Page>
    <Skeleton className="h-5 w-24" />
    <div className="mt-5 grid grid-cols-[minmax(0,560px)_minmax(0,1fr)] gap-6 max-lg:grid-cols-1">
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

const Detail = ({ video }: { video: Video }) => {
  const { query, source, refresh, keepPosition } = useVideoSource(video.id);
  const { params } = useUrlState();
  const running = video.state !== 'ready' && video.state !== 'failed' && video.state !== 'cancelled';
  return (
    <Page>
      <div className="mb-4 flex flex-wrap items-center gap-2">
        <BackLink />
        <Actions video={video} />
      </div>
      <div className="grid grid-cols-[minmax(0,560px)_minmax(0,1fr)] gap-6 max-lg:grid-cols-1 max-sm:gap-4">
        <div className="@container max-sm:-mx-4">
          {source && (source.hls || source.mp4) ? (
            <Player
              source={source}
              refresh={refresh}
              savePosition={keepPosition}
              autoplay={params.get('play') === '1'}
              className="max-sm:rounded-none"
            />
          ) : (
            <Poster
              title={video.title}
              thumbnail={video.thumbnail}
              dimmed={video.state === 'failed'}
              className="rounded-lg max-sm:rounded-none"
            >
              {video.error || video.state === 'cancelled' ? null : (
                <p className="absolute inset-x-0 bottom-0 bg-linear-to-b from-transparent to-[rgb(6_4_12/.86)] px-4 pt-10 pb-3 font-[560] text-white">
                  It plays here as soon as the first quality is ready.
                </p>
              )}
            </Poster>
          )}
        </div>
        <div className="min-w-0">
          <h1 className="wide break-words font-[640] text-display max-sm:text-[26px] max-sm:leading-[31px]">
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
          {video.state === 'ready' ? null : <Steps video={video} />}
          <Status video={video} />
          {video.state === 'ready' ? (
            <div className="mt-4">
              <Renditions video={video} />
            </div>
          ) : null}
        </div>
      </div>
      <div className="mt-6 grid grid-cols-2 items-start gap-3.5 max-lg:grid-cols-1">
        <DetailsForm video={video} />
        <div className="grid gap-3.5">
          {running || video.playable ? <Addresses config={query.data} /> : null}
          {video.state === 'ready' || video.qualities.length === 0 ? null : <Renditions video={video} />}
          <JobRows videoId={video.id} running={running} told={video.error?.message ?? null} />
        </div>
      </div>
    </Page>
  );
};

/** One video: player, how far it is, its qualities, addresses, details and jobs. */
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
