'use client';

import Link from 'next/link';
import type { Video } from '@/lib/contract/videos';
import { formatCount, formatPercent, formatRemaining, formatSpeed } from '@/lib/units/format';
import { STAGE_NAMES } from '../jobs/words';
import { useVideoList } from '../library/use-videos';
import { isHeld } from '../library/words';
import { PanelTitle } from '../ui/panel';
import { Bar, Skeleton } from '../ui/state';

const MOST = 3;

const timeLeft = (video: Video): string => {
  if (isHeld(video)) return 'Paused';
  const { etaSeconds } = video.progress;
  return etaSeconds === null ? '' : `about ${formatRemaining(etaSeconds)} left`;
};

const stageLine = (video: Video): string => {
  const { stage, speed } = video.progress;
  const name = stage === null ? 'Beginning' : STAGE_NAMES[stage];
  return speed === null || speed < 0.05 || isHeld(video) ? name : `${name}, ${formatSpeed(speed)} speed`;
};

const Line = ({ video }: { video: Video }) => (
  <li className="grid gap-1.5 border-line-soft border-t py-2.5 first:border-t-0">
    <p className="flex gap-2 font-[550]">
      <Link
        href={`/library/${video.id}`}
        dir="auto"
        className="min-w-0 flex-1 truncate text-left hover:underline"
      >
        {video.title}
      </Link>
      <b className="data">{formatPercent(video.progress.process)}</b>
    </p>
    <Bar share={video.progress.process} label={video.title} className="h-2 rounded-[2px]" />
    <p className="flex gap-2 text-ink-3 text-label">
      {stageLine(video)}
      <span className="ml-auto whitespace-nowrap">{timeLeft(video)}</span>
    </p>
  </li>
);

/** What goes on first, what is held last. */
const inOrder = (videos: readonly Video[]): Video[] =>
  [...videos].sort((a, b) => Number(isHeld(a)) - Number(isHeld(b)));

/** What is being made right now, three at most, with the numbers that the library shows of them. */
export const JobList = ({ waiting }: { waiting: number }) => {
  const { items, total, isPending, error } = useVideoList({ state: 'processing' });
  const more = Math.max(0, (total ?? 0) - MOST) + waiting;
  return (
    <section className="min-w-0 px-[18px] pt-3.5 pb-4">
      <PanelTitle aside={items.length > 0 ? `${formatCount(total)} in work` : null}>Jobs</PanelTitle>
      {isPending ? <Skeleton className="mt-3 h-12" /> : null}
      {error ? <p className="mt-2 text-ink-2">The jobs could not be read. Asking again.</p> : null}
      <ul className="mt-1">
        {inOrder(items)
          .slice(0, MOST)
          .map((video) => (
            <Line key={video.id} video={video} />
          ))}
      </ul>
      {total === 0 ? (
        <p className="mt-2 text-ink-2">
          Nothing is being made.{' '}
          <Link href="/uploads" className="font-[560] text-accent-ink hover:underline">
            Upload a video
          </Link>
        </p>
      ) : null}
      {more > 0 ? <p className="mt-1 text-ink-3 text-label">{more} more waiting</p> : null}
    </section>
  );
};
