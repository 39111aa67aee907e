'use client';

import { useMemo } from 'react';
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
  total: number;
  videos: readonly Video[];
  uploads: readonly UploadItem[];
  local: readonly UploadItem[];
};

const Section = ({ group, total, videos, uploads, local }: SectionProps) => {
  if (videos.length + local.length === 0) return null;
  return (
    <section aria-label={GROUP_WORDS[group]}>
      <h2 className="mb-2 flex items-baseline gap-2 font-semibold">
        {GROUP_WORDS[group]}
        <span className="data text-ink-3 text-label">{formatCount(total)}</span>
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

/** Everything that comes in, by group, with what only this page knows of. */
const useDashboard = () => {
  const unfinished = useVideoList({ state: 'unfinished' });
  const ready = useVideoList({ state: 'ready' });
  const uploads = useUploads();
  const groups = useMemo(
    () => grouped([...unfinished.items, ...ready.items]),
    [unfinished.items, ready.items],
  );
  const known = new Set([...unfinished.items, ...ready.items].map(({ id }) => id));
  const local = uploads.filter(
    (item) => item.phase !== 'done' && (item.videoId === null || !known.has(item.videoId)),
  );
  const totals = {
    ...(Object.fromEntries(GROUPS.map((group) => [group, groups[group].length])) as Record<Group, number>),
    ready: ready.total ?? 0,
  };
  totals.uploading += local.length;
  // What was read before stays in sight while the server is away; the strip tells of that.
  const error = (unfinished.data ? null : unfinished.error) ?? (ready.data ? null : ready.error);
  const pending = unfinished.isPending || ready.isPending;
  const nothing = !pending && !error && GROUPS.every((group) => totals[group] === 0);
  const refetch = () => void Promise.all([unfinished.refetch(), ready.refetch()]);
  return { ready, uploads, groups, local, totals, error, pending, nothing, refetch };
};

type TabsProps = {
  chosen: Group | null;
  totals: Record<Group, number>;
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
          label:
            totals[group] > 0 ? `${GROUP_WORDS[group]} ${formatCount(totals[group])}` : GROUP_WORDS[group],
        })),
      ]}
    />
  </div>
);

/** The dashboard of everything that comes in: what is sent, waits, is made, failed, and is ready. */
export const UploadsScreen = () => {
  const { params, change } = useUrlState();
  const { ready, uploads, groups, local, totals, error, pending, nothing, refetch } = useDashboard();
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
          <Section
            key={group}
            group={group}
            total={totals[group]}
            videos={groups[group]}
            uploads={uploads}
            local={group === 'uploading' ? local : []}
          />
        ))}
      </div>
      {chosen !== null && !pending && totals[chosen] === 0 ? (
        <Empty title={`Nothing is ${GROUP_WORDS[chosen].toLowerCase()}`} />
      ) : null}
      {chosen === null || chosen === 'ready' ? (
        <LoadMore
          hasMore={ready.hasNextPage}
          busy={ready.isFetchingNextPage}
          onMore={() => void ready.fetchNextPage()}
        />
      ) : null}
    </Page>
  );
};
