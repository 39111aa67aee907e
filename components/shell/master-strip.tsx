'use client';

import { ArrowDownLeft, ArrowUpRight, Upload } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { currentUpload } from '@/lib/client/current-upload';
import { linkState } from '@/lib/client/events';
import { trafficHistory } from '@/lib/client/history';
import { bitRate, formatByteRate, formatCount, formatPercent } from '@/lib/units/format';
import { Clock } from '../brand/clock';
import { cn } from '../ui/cn';
import { Sparkline } from '../ui/sparkline';
import { Bar } from '../ui/state';
import { useOverview } from './use-overview';
import { useStore } from './use-store';

const Cell = ({ children, className }: { children: ReactNode; className?: string }) => (
  <div
    className={cn('flex h-full items-center gap-2 whitespace-nowrap border-line border-r px-4', className)}
  >
    {children}
  </div>
);

const Figure = ({ value, children }: { value: string; children: ReactNode }) => (
  <span>
    <b className="data text-ink">{value}</b> {children}
  </span>
);

const UploadCell = () => {
  const upload = useStore(currentUpload);
  if (upload === null) return null;
  return (
    <Link
      href="/uploads"
      className="flex h-full items-center gap-2 whitespace-nowrap border-line border-l px-4 hover:bg-raised"
    >
      <Upload aria-hidden className="size-4 text-accent-ink" />
      <span className="max-w-44 truncate">{upload.files > 1 ? `${upload.files} files` : upload.title}</span>
      <b className="data text-ink">{formatPercent(upload.share)}</b>
      <Bar share={upload.share} label={`Upload of ${upload.title}`} className="w-[70px]" />
      <span className="tabular-nums">{upload.paused ? 'paused' : formatByteRate(upload.bytesPerSecond)}</span>
    </Link>
  );
};

const Numbers = () => {
  const { data } = useOverview();
  if (!data) return null;
  if (data.onAir === 0 && data.channels === 0 && data.videos === 0) {
    return (
      <>
        <Cell>
          <i aria-hidden className="size-2 rounded-[2px] shadow-[inset_0_0_0_1.5px_var(--color-ink-3)]" />
          Off air
        </Cell>
        <Cell>Waiting for a first channel or video</Cell>
      </>
    );
  }
  const out = bitRate(data.outBitsPerSecond);
  const into = bitRate(data.inBitsPerSecond);
  return (
    <>
      <Cell>
        <i
          aria-hidden
          className={cn(
            'size-2 rounded-[2px]',
            data.onAir > 0 ? 'bg-ok' : 'shadow-[inset_0_0_0_1.5px_var(--color-ink-3)]',
          )}
        />
        <Figure value={formatCount(data.onAir)}>on air</Figure>
      </Cell>
      <Cell>
        <Figure value={formatCount(data.watching)}>watching</Figure>
      </Cell>
      <Cell>
        <ArrowUpRight aria-hidden className="size-3.5 text-ink-3" />
        <Figure value={out.value}>{out.unit} out</Figure>
        <Sparkline values={trafficHistory().outBits} className="w-[54px] max-lg:hidden" width={54} />
      </Cell>
      <Cell>
        <ArrowDownLeft aria-hidden className="size-3.5 text-ink-3" />
        <Figure value={into.value}>{into.unit} in</Figure>
      </Cell>
    </>
  );
};

const Jobs = () => {
  const { data } = useOverview();
  const jobs = data ? data.jobs.running + data.jobs.queued : 0;
  if (jobs === 0) return null;
  return (
    <div className="flex h-full items-center whitespace-nowrap border-line border-l px-4">
      <Figure value={formatCount(jobs)}>{jobs === 1 ? 'job' : 'jobs'}</Figure>
    </div>
  );
};

/** The master strip: the station at a glance. It never unmounts, so what runs keeps running while pages change. */
export const MasterStrip = () => {
  const link = useStore(linkState);
  return (
    <footer className="col-span-full flex h-(--size-strip) items-center overflow-hidden border-line border-t bg-sunken text-ink-2 text-label max-sm:hidden">
      {link === 'lost' ? (
        <Cell className="text-warn">
          <i aria-hidden className="size-2 animate-[blink_1s_steps(2)_infinite] rounded-[2px] bg-warn" />
          Connection lost, trying again
        </Cell>
      ) : null}
      <Numbers />
      <span className="flex-1" />
      <UploadCell />
      <Jobs />
      <Clock className="data wide flex h-full items-center border-line border-l px-4 text-ink tracking-normal" />
    </footer>
  );
};
