'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { jobsQuery } from '@/lib/client/videos';
import type { Job } from '@/lib/contract/videos';
import { formatPercent, formatRemaining, formatSpeed } from '@/lib/units/format';
import { isHeld, STAGE_NAMES } from '../jobs/words';
import { PanelTitle } from '../ui/panel';
import { Bar, Skeleton } from '../ui/state';

const MOST = 3;

const timeLeft = (job: Job): string => {
  if (isHeld(job)) return 'Paused';
  return job.etaSeconds === null ? '' : `about ${formatRemaining(job.etaSeconds)} left`;
};

const Line = ({ job }: { job: Job }) => (
  <li className="grid gap-1.5 border-line-soft border-t py-2.5 first:border-t-0">
    <p className="flex gap-2 font-[550]">
      <Link href={`/library/${job.videoId}`} className="min-w-0 truncate hover:underline">
        {job.videoTitle}
      </Link>
      <b className="data ml-auto">{formatPercent(job.progress)}</b>
    </p>
    <Bar share={job.progress} label={job.videoTitle} className="h-2 rounded-[2px]" />
    <p className="flex gap-2 text-ink-3 text-label">
      {STAGE_NAMES[job.kind]}
      {job.speed === null || job.speed < 0.05 || isHeld(job) ? '' : `, ${formatSpeed(job.speed)} speed`}
      <span className="ml-auto whitespace-nowrap">{timeLeft(job)}</span>
    </p>
  </li>
);

/** What is being made right now, three at most. */
export const JobList = ({ waiting }: { waiting: number }) => {
  const jobs = useQuery({ ...jobsQuery({ state: 'running' }), refetchInterval: 5000 });
  const items = jobs.data?.items ?? [];
  const more = Math.max(0, (jobs.data?.total ?? 0) - MOST) + waiting;
  return (
    <section className="min-w-0 px-[18px] pt-3.5 pb-4">
      <PanelTitle aside={items.length > 0 ? `${jobs.data?.total} running` : null}>Jobs</PanelTitle>
      {jobs.isPending ? <Skeleton className="mt-3 h-12" /> : null}
      {jobs.error ? <p className="mt-2 text-ink-2">The jobs could not be read. Asking again.</p> : null}
      <ul className="mt-1">
        {items.slice(0, MOST).map((job) => (
          <Line key={job.id} job={job} />
        ))}
      </ul>
      {jobs.data && items.length === 0 ? (
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
