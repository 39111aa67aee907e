'use client';

import { Download } from 'lucide-react';
import { useState } from 'react';
import type { Job } from '@/lib/contract/videos';
import { formatPercent } from '@/lib/units/format';
import { Button } from '../ui/button';
import { CopyButton } from '../ui/copy';
import { ErrorBox } from '../ui/feedback';
import { Panel, PanelTitle } from '../ui/panel';
import { Bar, Pill, type PillShape, Skeleton } from '../ui/state';
import { FailureLog } from './failure';
import type { useJobs } from './use-jobs';
import { isHeld, jobLogText, jobWord, paceLine, STAGE_NAMES, timesLine } from './words';

const SHAPES: Record<Job['state'], PillShape> = {
  queued: 'idle',
  running: 'starting',
  done: 'active',
  failed: 'failed',
  cancelled: 'stopped',
};

/** Hands the browser a text as a file. */
const save = (text: string, name: string): void => {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
};

/** What happened in one piece of work, folded until somebody wants to know. */
const Lines = ({ job }: { job: Job }) => {
  const [open, setOpen] = useState(false);
  if (job.log.length === 0) return null;
  const words = `${job.log.length} ${job.log.length === 1 ? 'line' : 'lines'}`;
  return (
    <>
      <button
        type="button"
        aria-expanded={open}
        aria-label={`${open ? 'Hide' : 'Show'} ${words} of ${STAGE_NAMES[job.kind]}`}
        onClick={() => setOpen(!open)}
        className="hit relative w-fit rounded-sm font-[560] text-accent-ink text-label hover:underline"
      >
        {open ? 'Hide' : words}
      </button>
      {open ? (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
          tabIndex={0}
          className="mono col-span-full max-h-72 overflow-auto rounded-md bg-sunken px-3 py-2 text-ink-2 [overflow-wrap:anywhere] [white-space:pre-wrap]"
        >
          {job.log.join('\n')}
        </pre>
      ) : null}
    </>
  );
};

const Row = ({ job, told }: { job: Job; told: string | null }) => {
  const held = isHeld(job);
  const pace = paceLine(job);
  return (
    <li
      data-stage={job.kind}
      data-state={held ? 'paused' : job.state}
      className="border-line-soft border-t py-2.5 first:border-t-0"
    >
      <div className="flex flex-wrap items-center gap-x-3">
        <span className="font-[560]">{STAGE_NAMES[job.kind]}</span>
        {job.attempt > 1 ? <span className="text-ink-3 text-label">try {job.attempt}</span> : null}
        {job.state === 'running' ? <b className="data ml-auto">{formatPercent(job.progress)}</b> : null}
        <Pill
          shape={held ? 'stopped' : SHAPES[job.state]}
          className={job.state === 'running' ? '' : 'ml-auto'}
        >
          {jobWord(job)}
        </Pill>
      </div>
      {job.state === 'running' ? (
        <Bar share={job.progress} label={STAGE_NAMES[job.kind]} className="my-1.5" />
      ) : null}
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1.5 text-ink-3 text-label">
        <span className="tabular-nums">
          {[pace, timesLine(job)].filter((part) => part !== '').join(' · ')}
        </span>
        <Lines job={job} />
      </div>
      {job.error && job.error.message !== told ? (
        <div className="mt-2 grid gap-2">
          <p className="text-ink-2">{job.error.message}</p>
          <FailureLog error={job.error} />
        </div>
      ) : null}
    </li>
  );
};

type JobRowsProps = {
  jobs: ReturnType<typeof useJobs>;
  /** The failure that the page shows already. */
  told: string | null;
  title: string;
};

/** All work that was done for one video, newest first: state, tries, pace, times and what was noted. */
export const JobRows = ({ jobs, told, title }: JobRowsProps) => {
  const items = jobs.data?.items ?? [];
  const text = jobLogText(items);
  return (
    <Panel className="px-[18px] pt-3.5 pb-2 max-sm:px-3.5">
      <PanelTitle
        aside={
          items.length > 0 ? (
            <span className="flex gap-1.5">
              <CopyButton text={text} what="the job log" />
              <Button
                size="sm"
                aria-label="Save the job log"
                onClick={() => save(text, `${title} - job log.txt`)}
              >
                <Download aria-hidden />
                Save
              </Button>
            </span>
          ) : null
        }
      >
        Job log
      </PanelTitle>
      {jobs.error ? (
        <ErrorBox
          className="my-3"
          title="The jobs could not be read"
          error={jobs.error}
          onRetry={() => void jobs.refetch()}
        />
      ) : null}
      {jobs.isPending ? <Skeleton className="my-3 h-16" /> : null}
      <ul className="mt-1" aria-label="Jobs">
        {items.map((job) => (
          <Row key={job.id} job={job} told={told} />
        ))}
      </ul>
      {jobs.data && items.length === 0 ? (
        <p className="pt-1 pb-3 text-ink-2">Nothing yet. Work begins when the upload is complete.</p>
      ) : null}
    </Panel>
  );
};
