'use client';

import { Fragment, useMemo } from 'react';
import type { Video } from '@/lib/contract/videos';
import { formatCount } from '@/lib/units/format';
import { Empty, ErrorBox, HelpLink } from '../ui/feedback';
import { Page, PageHead, Panel } from '../ui/panel';
import { Segmented } from '../ui/segmented';
import { Skeleton } from '../ui/state';
import { useUrlState } from '../ui/use-url-state';
import { DropZone } from '../uploader/drop-zone';
import type { UploadItem } from '../uploader/types';
import { uploadFor, useUploads } from '../uploader/use-uploads';
import { GROUP_WORDS, GROUPS, type Group, grouped } from './groups';
import { LoadMore } from './load-more';
import { LocalRow, UploadRow } from './upload-row';
import { useVideoList } from './use-videos';

const NAMES = ['a', 'b', 'c', 'd'];

const RowSkeletons = () => (
  <Panel>
    {NAMES.map((name) => (
      <div key={name} className="grid grid-cols-[112px_minmax(0,1fr)] items-center gap-4 px-3.5 py-3">
        <Skeleton className="aspect-video rounded-md" />
        <div>
          <Skeleton className="h-4 w-1/3" />
          <Skeleton className="mt-2 h-3 w-1/2" />
        </div>
      </div>
    ))}
  </Panel>
);

type SectionProps = {
  group: Group;
  total: number | null;
  videos: readonly Video[];
  uploads: readonly UploadItem[];
  local: readonly UploadItem[];
};

const Count = ({ total }: { total: number | null }) =>
  total === null ? null : <span className="data text-ink-3 text-label">{formatCount(total)}</span>;

const Section = ({ group, total, videos, uploads, local }: SectionProps) => {
  if (videos.length + local.length === 0) return null;
  return (
    <section aria-label={GROUP_WORDS[group]}>
      <h2 className="mb-2 flex items-baseline gap-2 font-semibold">
        {GROUP_WORDS[group]}
        <Count total={total} />
      </h2>
      <Panel>
        <ul>
          {local.map((item) => (
            <LocalRow key={item.key} item={item} />
          ))}
          {videos.map((video) => (
            <UploadRow key={video.id} video={video} upload={uploadFor(uploads, video)} />
          ))}
        </ul>
      </Panel>
    </section>
  );
};

/** How many there are; null = there are pages of the list that were not read. */
type Totals = Record<Group, number | null>;

/** Each video at its first place. */
const onceEach = (videos: readonly Video[]): Video[] => [
  ...new Map(videos.map((video) => [video.id, video])).values(),
];

/** Everything that comes in, by group, with what only this page knows of. */
const useDashboard = () => {
  const unfinished = useVideoList({ state: 'unfinished' });
  // The oldest ones are made first, which may be far down a long list of what waits.
  const processing = useVideoList({ state: 'processing' });
  const ready = useVideoList({ state: 'ready' });
  const lists = [unfinished, processing, ready];
  const uploads = useUploads();
  const groups = useMemo(
    () => grouped(onceEach([...processing.items, ...unfinished.items, ...ready.items])),
    [processing.items, unfinished.items, ready.items],
  );
  const known = new Set(GROUPS.flatMap((group) => groups[group].map(({ id }) => id)));
  const local = uploads.filter(
    (item) => item.phase !== 'done' && (item.videoId === null || !known.has(item.videoId)),
  );
  const read = (group: Group, more = 0) => (unfinished.hasNextPage ? null : groups[group].length + more);
  const totals: Totals = {
    uploading: read('uploading', local.length),
    queued: read('queued'),
    processing: processing.total ?? 0,
    failed: read('failed'),
    ready: ready.total ?? 0,
  };
  // What was read before stays in sight while the server is away; the strip tells of that.
  const error = lists.find(({ data, error }) => !data && error)?.error ?? null;
  const pending = lists.some(({ isPending }) => isPending);
  const nothing = !pending && !error && GROUPS.every((group) => totals[group] === 0);
  const refetch = () => void Promise.all(lists.map((list) => list.refetch()));
  const listOf = (group: Group | null) =>
    group === 'processing' ? processing : group === null || group === 'ready' ? ready : unfinished;
  return { unfinished, listOf, uploads, groups, local, totals, error, pending, nothing, refetch };
};

type TabsProps = {
  chosen: Group | null;
  totals: Totals;
  onChange: (next: Group | null) => void;
};

const Tabs = ({ chosen, totals, onChange }: TabsProps) => (
  <div className="-mx-4 mt-6 mb-4 overflow-x-auto px-4 [scrollbar-width:none] sm:mx-0 sm:px-0">
    <Segmented
      label="Show"
      value={chosen ?? 'all'}
      onChange={(next) => onChange(next === 'all' ? null : next)}
      options={[
        { value: 'all' as const, label: 'All' },
        ...GROUPS.map((group) => ({
          value: group,
          label: totals[group] ? `${GROUP_WORDS[group]} ${formatCount(totals[group])}` : GROUP_WORDS[group],
        })),
      ]}
    />
  </div>
);

/** The dashboard of everything that comes in: what is sent, waits, is made, failed, and is ready. */
export const UploadsScreen = () => {
  const { params, change } = useUrlState();
  const { unfinished, listOf, uploads, groups, local, totals, error, pending, nothing, refetch } =
    useDashboard();
  const chosen = GROUPS.find((group) => group === params.get('show')) ?? null;
  const shown = GROUPS.filter((group) => chosen === null || group === chosen);
  return (
    <Page>
      <PageHead title="Uploads" />
      <DropZone className="mt-4" />
      {error ? (
        <ErrorBox className="mt-5" title="The uploads could not be read" error={error} onRetry={refetch} />
      ) : null}
      {nothing ? (
        <Empty
          title="Nothing was uploaded yet"
          help={<HelpLink href="/api/docs">How to upload from a script</HelpLink>}
        >
          Drop a file on this page. You may look at other pages meanwhile, the upload goes on.
        </Empty>
      ) : (
        <Tabs chosen={chosen} totals={totals} onChange={(show) => change({ show })} />
      )}
      {pending && !error ? <RowSkeletons /> : null}
      <div className="grid gap-5">
        {shown.map((group) => (
          <Fragment key={group}>
            {group === 'ready' && chosen === null ? <LoadMore list={unfinished} /> : null}
            <Section
              group={group}
              total={totals[group]}
              videos={groups[group]}
              uploads={uploads}
              local={group === 'uploading' ? local : []}
            />
          </Fragment>
        ))}
      </div>
      {chosen !== null && !pending && totals[chosen] === 0 ? (
        <Empty title={`Nothing is ${GROUP_WORDS[chosen].toLowerCase()}`} />
      ) : null}
      <LoadMore list={listOf(chosen)} />
    </Page>
  );
};
