'use client';

import { Play, RotateCcw, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { type ReactNode, useState } from 'react';
import type { Video } from '@/lib/contract/videos';
import { formatBytes, formatPercent } from '@/lib/units/format';
import { formatAgo } from '@/lib/units/time';
import { FailureLog } from '../jobs/failure';
import { Button, IconButton } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { Bar, Pill, type PillShape } from '../ui/state';
import { isStalled } from '../uploader/store';
import type { UploadItem } from '../uploader/types';
import { UploadControls } from '../uploader/upload-controls';
import { shareOfItem, uploadLine } from '../uploader/upload-line';
import { useVideoActions } from './actions';
import { GROUP_WORDS, groupOf } from './groups';
import { HoldButton } from './hold-button';
import { Poster } from './poster';
import { factsLine, isHeld, shareOfVideo, workLine } from './words';

const SHAPES: Record<Video['state'], PillShape> = {
  uploading: 'starting',
  queued: 'idle',
  processing: 'starting',
  ready: 'active',
  failed: 'failed',
  cancelled: 'stopped',
};

type FrameProps = {
  poster: ReactNode;
  title: ReactNode;
  state: ReactNode;
  share: number | null;
  label: string;
  line: ReactNode;
  actions: ReactNode;
  children?: ReactNode;
  data?: { state: string; progress: string | undefined };
};

const Frame = ({ poster, title, state, share, label, line, actions, children, data }: FrameProps) => (
  <li
    aria-label={label}
    data-state={data?.state}
    data-progress={data?.progress}
    className="border-line-soft border-t px-3.5 py-3 first:border-t-0"
  >
    <div className="grid grid-cols-[112px_minmax(0,1fr)_148px_auto] items-center gap-x-4 lg:grid-cols-[112px_minmax(0,1fr)_132px_232px] max-sm:grid-cols-[88px_minmax(0,1fr)] max-sm:gap-x-3">
      <div className="@container">{poster}</div>
      <div className="min-w-0">
        <p dir="auto" className="min-w-0 truncate text-left font-semibold text-[14px] leading-[19px]">
          {title}
        </p>
        {share === null ? null : <Bar share={share} label={label} className="my-1.5 h-1.5" />}
        <p className="text-ink-2 text-label max-sm:line-clamp-2">{line}</p>
      </div>
      <div className="contents max-sm:col-start-2 max-sm:row-start-2 max-sm:mt-1.5 max-sm:flex max-sm:flex-wrap max-sm:items-center max-sm:justify-between max-sm:gap-x-2">
        <div className="flex items-center gap-2">{state}</div>
        <div className="flex items-center justify-end gap-1.5 max-sm:-ml-2">{actions}</div>
      </div>
    </div>
    {children}
  </li>
);

/** What the pill says of an upload of this page. */
const PHASES: Record<UploadItem['phase'], { shape: PillShape; word: string }> = {
  queued: { shape: 'idle', word: 'Waiting' },
  sending: { shape: 'starting', word: 'Uploading' },
  paused: { shape: 'stopped', word: 'Paused' },
  'needs-file': { shape: 'stopped', word: 'Paused' },
  waiting: { shape: 'failing', word: 'Reconnecting' },
  failed: { shape: 'failed', word: 'Not sent' },
  done: { shape: 'active', word: 'Uploaded' },
};
const STALLED = { shape: 'failing', word: 'Stalled' } as const;

const PhasePill = ({ item }: { item: UploadItem }) => {
  const { shape, word } = isStalled(item) ? STALLED : PHASES[item.phase];
  return <Pill shape={shape}>{word}</Pill>;
};

/** A file that the list of videos does not hold yet. */
export const LocalRow = ({ item }: { item: UploadItem }) => (
  <Frame
    label={item.fileName}
    data={{ state: item.phase, progress: shareOfItem(item).toFixed(3) }}
    poster={<Poster title={item.fileName} thumbnail={null} className="rounded-md" />}
    title={item.fileName}
    state={<PhasePill item={item} />}
    share={item.phase === 'failed' ? null : shareOfItem(item)}
    line={[uploadLine(item), ...(item.problem === null ? [formatBytes(item.sizeBytes)] : [])].join(', ')}
    actions={<UploadControls item={item} />}
  />
);

const lineOf = (video: Video, upload: UploadItem | undefined): string => {
  if (upload) {
    const moves = (upload.phase === 'sending' && !isStalled(upload)) || upload.phase === 'paused';
    const sent = `, ${formatBytes(upload.sentBytes)} of ${formatBytes(upload.sizeBytes)}`;
    return `${uploadLine(upload)}${moves ? sent : ''}`;
  }
  if (video.state === 'uploading') return 'Sent from another page or device';
  if (video.state === 'failed') return video.error?.message ?? 'It could not be made.';
  if (video.state === 'cancelled') return 'The work was stopped before it was complete.';
  if (video.state === 'ready') return `${factsLine(video)}, ${formatAgo(video.updatedAt, Date.now())}`;
  return [workLine(video), factsLine(video)].filter((part) => part !== '').join(' · ');
};

/** Takes a video that did not get through off the server, after asking. */
const DeleteButton = ({ video }: { video: Video }) => {
  const { remove } = useVideoActions(video);
  const [asking, setAsking] = useState(false);
  return (
    <>
      <IconButton size="sm" label={`Delete ${video.title}`} onClick={() => setAsking(true)}>
        <Trash2 />
      </IconButton>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Delete ${video.title}?`}
        action="Delete video"
        onConfirm={() => remove.mutateAsync()}
      >
        What was uploaded of it is removed from the server. The file on your computer stays.
      </Confirm>
    </>
  );
};

/** What the pill of a row says; an upload of this page knows more than the server. */
const pillOf = (video: Video, upload: UploadItem | undefined): { shape: PillShape; word: string } => {
  const phase = video.state === 'uploading' ? upload?.phase : undefined;
  if (upload && isStalled(upload)) return STALLED;
  if (phase === 'failed') return { shape: 'failed', word: 'Stopped' };
  if (phase === 'paused' || phase === 'needs-file' || phase === 'waiting') return PHASES[phase];
  if (isHeld(video)) return { shape: 'stopped', word: 'Paused' };
  const word = video.state === 'cancelled' ? 'Cancelled' : GROUP_WORDS[groupOf(video)];
  return { shape: SHAPES[video.state], word };
};

const Actions = ({ video, upload }: { video: Video; upload: UploadItem | undefined }) => {
  const { retry, cancel } = useVideoActions(video);
  if (upload) return <UploadControls item={upload} />;
  return (
    <>
      {video.state === 'failed' || video.state === 'cancelled' ? (
        <Button size="sm" busy={retry.isPending} onClick={() => retry.mutate()}>
          <RotateCcw aria-hidden />
          Retry
        </Button>
      ) : null}
      <HoldButton video={video} size="sm" tone="quiet" />
      {video.state === 'processing' || video.state === 'queued' ? (
        <Button size="sm" tone="quiet" busy={cancel.isPending} onClick={() => cancel.mutate()}>
          Cancel
        </Button>
      ) : null}
      {video.playable ? (
        <Button asChild size="sm" tone="quiet">
          <Link href={`/library/${video.id}?play=1`}>
            <Play aria-hidden />
            Play
          </Link>
        </Button>
      ) : null}
      {video.playable ? null : (
        <Button asChild size="sm" tone="quiet">
          <Link href={`/library/${video.id}`}>Details</Link>
        </Button>
      )}
      {video.state === 'failed' || video.state === 'cancelled' ? <DeleteButton video={video} /> : null}
    </>
  );
};

/** One video of the dashboard: picture, state, how far, how fast, how long, and what can be done. */
export const UploadRow = ({ video, upload }: { video: Video; upload: UploadItem | undefined }) => {
  const share = upload && video.state === 'uploading' ? shareOfItem(upload) : shareOfVideo(video);
  const bad = video.state === 'failed' || video.state === 'cancelled';
  const pill = pillOf(video, upload);
  return (
    <Frame
      label={video.title}
      data={{ state: video.state, progress: share?.toFixed(3) }}
      poster={
        <Poster
          title={video.title}
          thumbnail={video.thumbnail}
          durationSeconds={video.durationSeconds}
          dimmed={bad}
          className="rounded-md"
        />
      }
      title={
        <Link href={`/library/${video.id}`} className="hover:underline">
          {video.title}
        </Link>
      }
      state={
        <>
          <Pill shape={pill.shape}>{pill.word}</Pill>
          {share === null ? null : (
            <b className="data whitespace-nowrap text-label">{formatPercent(share)}</b>
          )}
        </>
      }
      share={share}
      line={lineOf(video, upload)}
      actions={<Actions video={video} upload={upload} />}
    >
      {video.error ? <FailureLog error={video.error} className="mt-2.5" /> : null}
    </Frame>
  );
};
