'use client';

import { useQuery } from '@tanstack/react-query';
import { jobsQuery } from '@/lib/client/videos';
import type { Job } from '@/lib/contract/videos';
import { formatPercent, formatRemaining, formatSpeed } from '@/lib/units/format';
import { formatAgo } from '@/lib/units/time';
import { useLiveInterval } from '../library/use-videos';
import { ErrorBox } from '../ui/feedback';
import { Panel, PanelTitle } from '../ui/panel';
import { Bar, Pill, type PillShape, Skeleton } from '../ui/state';
import { FailureLog } from './failure';
import { JOB_WORDS, STAGE_NAMES } from './words';

const SHAPES: Record<Job['state'], PillShape> = {
  queued: 'idle',
  running: 'starting',
  done: 'active',
  failed: 'failed',
  cancelled: 'stopped',
};

const tookSeconds = ({ startedAt, endedAt }: Job): number | null =>
  startedAt && endedAt ? (Date.parse(endedAt) - Date.parse(startedAt)) / 1000 : null;

const took = (seconds: number): string =>
  seconds < 60 ? `${seconds.toFixed(1)} s` : formatRemaining(seconds);

const When = ({ job }: { job: Job }) => {
  const seconds = tookSeconds(job);
  if (job.state === 'running') {
    const rest = job.etaSeconds === null ? '' : `, about ${formatRemaining(job.etaSeconds)} left`;
    return (
      <>
        {job.speed === null || job.speed < 0.05 ? `Running${rest}` : `${formatSpeed(job.speed)} speed${rest}`}
      </>
    );
  }
  if (seconds !== null) return <>took {took(seconds)}</>;
  return <>{formatAgo(job.endedAt ?? job.createdAt, Date.now())}</>;
};

const Row = ({ job, told }: { job: Job; told: string | null }) => (
  <li className="border-line-soft border-t py-2.5 first:border-t-0">
    <div className="grid grid-cols-[92px_96px_minmax(0,1fr)_auto] items-center gap-3 max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:gap-y-1">
      <span className="font-[560]">
        {STAGE_NAMES[job.kind]}
        {job.attempt > 1 ? <span className="ml-1.5 text-ink-3 text-label">try {job.attempt}</span> : null}
      </span>
      <Pill shape={SHAPES[job.state]} className="max-sm:justify-self-end">
        {JOB_WORDS[job.state]}
      </Pill>
      <span className="max-sm:col-span-2">
        {job.state === 'running' ? <Bar share={job.progress} label={STAGE_NAMES[job.kind]} /> : null}
      </span>
      <span className="whitespace-nowrap text-right text-ink-3 text-label max-sm:col-span-2 max-sm:text-left">
        {job.state === 'running' ? <b className="data mr-2 text-ink">{formatPercent(job.progress)}</b> : null}
        <When job={job} />
      </span>
    </div>
    {job.error && job.error.message !== told ? (
      <div className="mt-2 grid gap-2">
        <p className="text-ink-2">{job.error.message}</p>
        <FailureLog error={job.error} />
      </div>
    ) : null}
  </li>
);

type JobRowsProps = {
  videoId: string;
  running: boolean;
  /** The failure that the page shows already. */
  told: string | null;
};

/** All work that was done for one video, newest first. */
export const JobRows = ({ videoId, running, told }: JobRowsProps) => {
  const interval = useLiveInterval(running ? 3000 : 15_000);
  const jobs = useQuery({
    ...jobsQuery({ videoId }),
    refetchInterval: running ? interval || 5000 : interval,
  });
  return (
    <Panel className="px-[18px] pt-3.5 pb-2">
      <PanelTitle aside={jobs.data ? `${jobs.data.total} in all` : null}>Jobs</PanelTitle>
      {jobs.error ? (
        <ErrorBox
          className="my-3"
          title="The jobs could not be read"
          error={jobs.error}
          onRetry={() => void jobs.refetch()}
        />
      ) : null}
      {jobs.isPending ? <Skeleton className="my-3 h-16" /> : null}
      <ul className="mt-1">
        {(jobs.data?.items ?? []).map((job) => (
          <Row key={job.id} job={job} told={told} />
        ))}
      </ul>
      {jobs.data?.items.length === 0 ? (
        <p className="pt-1 pb-3 text-ink-2">Nothing yet. Work begins when the upload is complete.</p>
      ) : null}
    </Panel>
  );
};
