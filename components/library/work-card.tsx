'use client';

import { Play, RotateCcw } from 'lucide-react';
import Link from 'next/link';
import type { Video } from '@/lib/contract/videos';
import { formatBytes, formatPercent } from '@/lib/units/format';
import { Button } from '../ui/button';
import { Bar, Tag } from '../ui/state';
import type { UploadItem } from '../uploader/types';
import { UploadControls } from '../uploader/upload-controls';
import { shareOfItem, uploadLine } from '../uploader/upload-line';
import { useVideoActions } from './actions';
import { HoldButton } from './hold-button';
import { MadeBar } from './made-bar';
import { Poster } from './poster';
import { factsLine, shareOfVideo, videoTag, workLine } from './words';

type WorkCardProps = { video: Video; upload: UploadItem | undefined };

const Meter = ({ name, share, note }: { name: string; share: number; note: string }) => (
  <>
    <span>{name}</span>
    <Bar share={share} label={name} className="h-1.5" />
    <span className="text-right tabular-nums">{note}</span>
  </>
);

const Meters = ({ video, upload }: WorkCardProps) => {
  const received = upload ? shareOfItem(upload) : video.progress.upload;
  const size = upload?.sizeBytes ?? video.sizeBytes;
  if (video.state !== 'uploading' && video.state !== 'processing') return null;
  return (
    <div className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-2.5 gap-y-1 text-[11px] text-ink-2 leading-[14px]">
      {video.state === 'uploading' ? (
        <Meter
          name="Received"
          share={received}
          note={size === null ? formatPercent(received) : formatBytes(size * received)}
        />
      ) : (
        <>
          <span>Made</span>
          <MadeBar madeParts={video.madeParts} paused={video.paused} share={video.progress.process} />
          <span className="text-right tabular-nums">{formatPercent(video.progress.process)}</span>
        </>
      )}
    </div>
  );
};

const Failure = ({ video }: { video: Video }) => {
  const { retry } = useVideoActions(video);
  const title = video.state === 'cancelled' ? 'The work was stopped before it was complete.' : null;
  return (
    <>
      <p className="text-ink-2 text-label">{video.error?.message ?? title}</p>
      <div className="mt-auto flex flex-wrap gap-2 pt-1">
        <Button size="sm" busy={retry.isPending} onClick={() => retry.mutate()}>
          <RotateCcw aria-hidden />
          Retry
        </Button>
        <Button asChild size="sm" tone="quiet">
          <Link href={`/library/${video.id}`}>{video.error?.log?.length ? 'Log' : 'Details'}</Link>
        </Button>
      </div>
    </>
  );
};

const Progress = ({ video, upload }: WorkCardProps) => {
  const line = upload
    ? uploadLine(upload)
    : video.state === 'uploading'
      ? 'Sent from another page or device'
      : workLine(video);
  return (
    <>
      <Meters video={video} upload={upload} />
      <p className="text-ink-3 text-label">
        {factsLine({ ...video, sizeBytes: video.sizeBytes ?? upload?.sizeBytes ?? null })}
      </p>
      <div className="mt-auto flex flex-wrap items-center gap-2">
        <span className="min-w-0 flex-1 text-ink-2 text-label">{line}</span>
        {upload ? <UploadControls item={upload} /> : null}
        <HoldButton video={video} size="sm" tone="quiet" />
        {upload ? null : (
          <Button asChild size="sm" tone="quiet">
            <Link href={`/library/${video.id}`}>Details</Link>
          </Button>
        )}
      </div>
    </>
  );
};

/** A video that is still coming or did not get through: its picture, how far it is, what can be done. */
export const WorkCard = ({ video, upload }: WorkCardProps) => {
  const tag = videoTag(video, upload);
  const bad = video.state === 'failed' || video.state === 'cancelled';
  const share = shareOfVideo(video);
  return (
    <article
      aria-label={video.title}
      data-state={video.state}
      data-progress={share === null ? undefined : share.toFixed(3)}
      className="flex min-w-0 flex-col overflow-hidden rounded-lg border border-line-soft bg-surface"
    >
      <Poster title={video.title} thumbnail={video.thumbnail} dimmed={bad} className="@container">
        {tag ? (
          <Tag tone={tag.tone} className="absolute top-2.5 right-2.5">
            {tag.text}
          </Tag>
        ) : null}
        {video.playable ? (
          <Link
            href={`/library/${video.id}?play=1`}
            className="absolute inset-0 flex items-end bg-linear-to-b from-35% from-transparent to-[rgb(6_4_12/.86)] p-3 font-semibold text-white"
          >
            <span className="flex items-center gap-[9px]">
              <span className="grid size-9 place-items-center rounded-full bg-white text-[#16121F]">
                <Play aria-hidden fill="currentColor" strokeWidth={0} className="ml-px size-4" />
              </span>
              Play now
            </span>
          </Link>
        ) : null}
      </Poster>
      <div className="flex flex-1 flex-col gap-[7px] px-[13px] pt-[11px] pb-3">
        <Link
          href={`/library/${video.id}`}
          dir="auto"
          className="truncate text-left font-semibold text-[14px] leading-[19px] hover:underline"
        >
          {video.title}
        </Link>
        {bad ? <Failure video={video} /> : <Progress video={video} upload={upload} />}
      </div>
    </article>
  );
};
