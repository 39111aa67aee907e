import { CircleCheck, CircleX, HardDrive, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import type { Overview } from '@/lib/contract/system';
import { formatBytes } from '@/lib/units/format';
import { PanelTitle } from '../ui/panel';

const ICONS = { channel: TriangleAlert, video: CircleX, storage: HardDrive } as const;
const TONES = { channel: 'text-warn', video: 'text-bad', storage: 'text-warn' } as const;
const STEPS = { channel: 'Open the channel', video: 'Open the video', storage: 'Free some space' } as const;

const Note = ({ item }: { item: Overview['needsYou'][number] }) => {
  const Icon = ICONS[item.kind];
  return (
    <li className="grid grid-cols-[14px_minmax(0,1fr)] gap-x-[9px] gap-y-0.5 border-line-soft border-t py-2.5 text-[12.5px] leading-[17px] first:border-t-0">
      <Icon aria-hidden className={`mt-0.5 size-3.5 ${TONES[item.kind]}`} />
      <p className="text-ink-2">
        <b className="font-semibold text-ink">{item.title}</b> {item.message}
      </p>
      <Link href={item.href} className="col-start-2 w-fit font-[560] text-accent-ink hover:underline">
        {STEPS[item.kind]}
      </Link>
    </li>
  );
};

/** The disk as one bar: videos, originals, everything else, free. */
const Storage = ({ storage }: { storage: Overview['storage'] }) => {
  const { totalBytes, freeBytes, rawBytes, processedBytes } = storage;
  if (totalBytes <= 0) return null;
  const other = Math.max(0, totalBytes - freeBytes - rawBytes - processedBytes);
  const part = (bytes: number, look: string) => (
    <i className={`block h-full ${look}`} style={{ width: `${(bytes / totalBytes) * 100}%` }} />
  );
  return (
    <div className="border-line-soft border-t pt-3">
      <PanelTitle aside={`${formatBytes(freeBytes)} free`}>Storage</PanelTitle>
      <div aria-hidden className="my-2 flex h-2.5 gap-0.5 overflow-hidden rounded-xs bg-seg-wait">
        {part(processedBytes, 'bg-seg')}
        {part(rawBytes, 'bg-seg/55')}
        {part(other, 'bg-ink-3')}
      </div>
      <p className="text-ink-3 text-label">
        {formatBytes(totalBytes)} in all. Videos {formatBytes(processedBytes)}, originals{' '}
        {formatBytes(rawBytes)}, other {formatBytes(other)}
      </p>
    </div>
  );
};

/** What only a person can mend, each with its next step. */
export const NeedsYou = ({ overview }: { overview: Overview }) => (
  <section className="flex min-w-0 flex-col px-[18px] pt-3.5 pb-4">
    <PanelTitle aside={overview.needsYou.length > 0 ? overview.needsYou.length : null}>Needs you</PanelTitle>
    <ul className="mt-1 max-h-52 overflow-y-auto">
      {overview.needsYou.map((item) => (
        <Note key={item.id} item={item} />
      ))}
    </ul>
    {overview.needsYou.length === 0 ? (
      <p className="mt-1 mb-3 flex items-center gap-2 text-ink-2">
        <CircleCheck aria-hidden className="size-3.5 text-ok" />
        Nothing. Everything runs by itself.
      </p>
    ) : null}
    <Storage storage={overview.storage} />
  </section>
);
