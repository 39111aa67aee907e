'use client';

import { Play, RotateCcw, X } from 'lucide-react';
import Link from 'next/link';
import { type ReactNode, useEffect } from 'react';
import { ApiError } from '@/lib/client/http';
import type { Video } from '@/lib/contract/videos';
import { formatPercent } from '@/lib/units/format';
import { useVideoActions } from '../library/actions';
import { useVideo } from '../library/use-videos';
import { workLine } from '../library/words';
import { Button, IconButton } from '../ui/button';
import { cn } from '../ui/cn';
import { Bar, Pill, type PillShape } from '../ui/state';
import { dismissUpload } from './store';
import type { UploadItem } from './types';
import { UploadControls } from './upload-controls';
import { shareOfItem, uploadLine } from './upload-line';

type Mark = { shape: PillShape; word: string };

type FrameProps = {
  name: string;
  state: string;
  share: number | null;
  /** Stands beside the name where there is no share. */
  mark?: Mark | undefined;
  line: string;
  actions: ReactNode;
};

const Frame = ({ name, state, share, mark, line, actions }: FrameProps) => (
  <li
    aria-label={name}
    data-state={state}
    className="border-line-soft border-t py-2.5 pr-2.5 pl-3.5 first:border-t-0"
  >
    <p className="flex items-baseline gap-2 pr-1">
      <span dir="auto" className="min-w-0 flex-1 truncate text-left font-semibold">
        {name}
      </span>
      {share === null ? null : <b className="data text-label">{formatPercent(share)}</b>}
      {share === null && mark ? <Pill shape={mark.shape}>{mark.word}</Pill> : null}
    </p>
    {share === null ? null : <Bar share={share} label={name} className="my-1.5 mr-1" />}
    <div className={cn('flex items-center gap-1', mark?.shape === 'failed' && 'flex-wrap justify-end')}>
      <p className={cn('min-w-0 flex-1 text-ink-2 text-label', mark?.shape === 'failed' && 'basis-full')}>
        {line}
      </p>
      {actions}
    </div>
  </li>
);

const Dismiss = ({ item }: { item: UploadItem }) => (
  <IconButton size="sm" label={`Take ${item.fileName} off the list`} onClick={() => dismissUpload(item.key)}>
    <X />
  </IconButton>
);

const MARKS: Partial<Record<Video['state'], Mark>> = {
  queued: { shape: 'idle', word: 'Queued' },
  ready: { shape: 'active', word: 'Ready' },
  failed: { shape: 'failed', word: 'Failed' },
  cancelled: { shape: 'stopped', word: 'Cancelled' },
};

/** What is said of a video that is all here. */
const lineOf = (video: Video): string => {
  if (video.state === 'failed') return video.error?.message ?? 'It could not be made.';
  if (video.state === 'cancelled') return 'The work was stopped before it was complete.';
  if (video.state === 'ready') return 'Every quality is made.';
  if (video.paused) return 'Its making is paused';
  return workLine(video) || 'Uploaded';
};

const MadeActions = ({ item, video }: { item: UploadItem; video: Video }) => {
  const { retry } = useVideoActions(video);
  const bad = video.state === 'failed' || video.state === 'cancelled';
  return (
    <>
      {bad ? (
        <Button size="sm" busy={retry.isPending} onClick={() => retry.mutate()}>
          <RotateCcw aria-hidden />
          Retry
        </Button>
      ) : null}
      {video.playable ? (
        <Button asChild size="sm">
          <Link href={`/library/${video.id}?play=1`}>
            <Play aria-hidden />
            Watch
          </Link>
        </Button>
      ) : (
        <Button asChild size="sm" tone="quiet">
          <Link href={`/library/${video.id}`}>Details</Link>
        </Button>
      )}
      <Dismiss item={item} />
    </>
  );
};

/** A file that is all on the server: what becomes of its video. */
const MadeRow = ({ item, videoId }: { item: UploadItem; videoId: string }) => {
  const { data: video, error } = useVideo(videoId);
  const gone = error instanceof ApiError && error.status === 404;
  useEffect(() => {
    if (gone) dismissUpload(item.key);
  }, [gone, item.key]);
  if (!video)
    return (
      <Frame
        name={item.fileName}
        state="done"
        share={null}
        line="Uploaded"
        actions={<Dismiss item={item} />}
      />
    );
  return (
    <Frame
      name={item.fileName}
      state={video.state}
      share={video.state === 'processing' ? video.progress.process : null}
      mark={MARKS[video.state]}
      line={lineOf(video)}
      actions={<MadeActions item={item} video={video} />}
    />
  );
};

/** One file of the tray: how far it is sent, and then how far its video is made. */
export const TrayRow = ({ item }: { item: UploadItem }) =>
  item.phase === 'done' && item.videoId !== null ? (
    <MadeRow item={item} videoId={item.videoId} />
  ) : (
    <Frame
      name={item.fileName}
      state={item.phase}
      share={item.phase === 'failed' ? null : shareOfItem(item)}
      mark={item.phase === 'failed' ? { shape: 'failed', word: 'Not sent' } : undefined}
      line={uploadLine(item)}
      actions={<UploadControls item={item} />}
    />
  );
