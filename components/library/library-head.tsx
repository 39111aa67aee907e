'use client';

import { type Video, Visibility } from '@/lib/contract/videos';
import { formatCount } from '@/lib/units/format';
import { Select } from '../ui/field';
import { SearchBox } from '../ui/search-box';
import { Segmented } from '../ui/segmented';
import { UploadButton } from '../uploader/upload-button';
import type { LibraryFilter } from './library-filter';
import { VISIBILITY_WORDS } from './words';

type LibraryHeadProps = {
  filter: LibraryFilter;
  counts: { total: number | null; progress: number; ready: number; failed: number };
  change: (changes: Record<string, string | null>) => void;
};

const withCount = (word: string, count: number): string =>
  count > 0 ? `${word} ${formatCount(count)}` : word;

const WhoSelect = ({
  value,
  onChange,
}: {
  value: Video['visibility'] | undefined;
  onChange: (who: string) => void;
}) => (
  <Select
    small
    aria-label="Who may see it"
    value={value ?? ''}
    onChange={(event) => onChange(event.target.value)}
    className="w-40 max-sm:order-4 max-sm:w-[168px]"
  >
    <option value="">Seen by anybody</option>
    {Visibility.options.map((option) => (
      <option key={option} value={option}>
        {VISIBILITY_WORDS[option].name}
      </option>
    ))}
  </Select>
);

/** Name and number, what is shown, search; all of it lives in the address. */
export const LibraryHead = ({ filter, counts, change }: LibraryHeadProps) => (
  <header className="mb-5 flex flex-wrap items-center gap-x-3 gap-y-3">
    <h1 className="flex items-baseline gap-2 font-[640] text-title tracking-[-0.025em] [font-stretch:116%] max-sm:mr-auto">
      Library
      {counts.total === null ? null : (
        <span className="data text-[14px] text-ink-3 tracking-normal">{formatCount(counts.total)}</span>
      )}
    </h1>
    <Segmented
      label="Show"
      value={filter.tab}
      onChange={(next) => change({ show: next === 'all' ? null : next })}
      options={[
        { value: 'all', label: 'All' },
        { value: 'progress', label: withCount('In progress', counts.progress) },
        { value: 'ready', label: withCount('Ready', counts.ready) },
        { value: 'failed', label: withCount('Failed', counts.failed) },
      ]}
      className="max-sm:order-2 max-sm:w-full"
    />
    <WhoSelect value={filter.visibility} onChange={(who) => change({ who })} />
    <SearchBox
      label="Search the library"
      placeholder="Title or file"
      value={filter.search}
      onChange={(q) => change({ q })}
      className="ml-auto w-44 max-sm:order-3 max-sm:w-auto max-sm:min-w-0 max-sm:flex-1"
    />
    <UploadButton />
  </header>
);
