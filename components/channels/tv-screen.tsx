'use client';

import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useCallback, useMemo, useState } from 'react';
import { type ChannelFilter, channelPages, channelQuery, groupsQuery } from '@/lib/client/channels';
import type { Channel } from '@/lib/contract/channels';
import { formatCount } from '@/lib/units/format';
import { useMay, useMe } from '../shell/session';
import { Button } from '../ui/button';
import { Empty, ErrorBox } from '../ui/feedback';
import { Select } from '../ui/field';
import { SearchBox } from '../ui/search-box';
import { useUrlState } from '../ui/use-url-state';
import { TvStage } from './tv-stage';

const TvList = dynamic(() => import('./tv-list').then((m) => m.TvList), { ssr: false });

const NONE: Channel[] = [];

const useChannels = (filter: ChannelFilter) => {
  const query = useInfiniteQuery({
    ...channelPages(filter),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  const channels = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? NONE, [query.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { query, channels, total: query.data?.pages[0]?.total ?? 0, loadMore };
};

/** The chosen channel: from the list, or asked by itself when the list does not show it. */
const useChosen = (channels: readonly Channel[], num: number | null): Channel | null => {
  const listed = channels.find((channel) => channel.num === num) ?? null;
  const asked = useQuery({ ...channelQuery(String(num)), enabled: num !== null && listed === null });
  return num === null ? null : (listed ?? asked.data ?? null);
};

const NothingToWatch = () => {
  const editor = useMay('editor');
  return (
    <Empty
      title="No channel to watch yet"
      className="py-10"
      actions={
        editor ? (
          <Button asChild tone="primary">
            <Link href="/channels">Add channels</Link>
          </Button>
        ) : null
      }
    >
      {editor
        ? 'Import a list, add one, or load the demo.'
        : 'The people who run this station have not added any.'}
    </Empty>
  );
};

/** Television: the picture left, the channels right; on a phone the picture above. */
export const TvScreen = () => {
  const me = useMe();
  const { params, change } = useUrlState();
  const [search, setSearch] = useState('');
  const group = params.get('group') ?? '';
  const filter = useMemo(
    () => ({ ...(search ? { search } : {}), ...(group ? { group } : {}) }),
    [search, group],
  );
  const { query, channels, total, loadMore } = useChannels(filter);
  const groups = useQuery(groupsQuery);
  const asked = Number(params.get('ch'));
  const current = Number.isInteger(asked) && asked > 0 ? asked : null;
  const chosen = useChosen(channels, current);
  const step = (by: 1 | -1): void => {
    const at = channels.findIndex((channel) => channel.num === current);
    const next = channels[at + by] ?? (by > 0 ? channels[0] : channels.at(-1));
    if (next) change({ ch: String(next.num) });
  };
  const empty = query.isSuccess && total === 0;
  return (
    <div className="grid h-[calc(100dvh-56px)] grid-cols-[minmax(0,1fr)_328px] gap-5 px-6 pt-1 max-lg:grid-cols-[minmax(0,1fr)_280px] max-sm:flex max-sm:h-[calc(100dvh-52px)] max-sm:flex-col max-sm:gap-3 max-sm:px-0 max-sm:pt-0">
      <div className="min-h-0 min-w-0 sm:overflow-y-auto sm:pb-6">
        <TvStage channel={chosen} station={me.stationName} onStep={step} />
      </div>
      <aside aria-label="Channel list" className="flex min-h-0 flex-col max-sm:flex-1 max-sm:px-2">
        <div className="flex items-center gap-2 px-2 pb-2.5">
          <h2 className="font-semibold text-lead">Channels</h2>
          <span className="data text-ink-3 text-label">{query.data ? formatCount(total) : ''}</span>
          <Select
            small
            aria-label="Group"
            value={group}
            onChange={(event) => change({ group: event.target.value })}
            className="ml-auto w-36"
          >
            <option value="">All groups</option>
            {groups.data?.items.map(({ name }) => (
              <option key={name} value={name}>
                {name || 'No group'}
              </option>
            ))}
          </Select>
        </div>
        <SearchBox
          label="Search channels"
          placeholder="Name or number"
          value={search}
          onChange={setSearch}
          className="mx-2 mb-2"
        />
        {query.error && !query.data ? (
          <ErrorBox
            title="The channels could not be read"
            error={query.error}
            onRetry={() => void query.refetch()}
          />
        ) : null}
        {empty && filter.search === undefined && group === '' ? <NothingToWatch /> : null}
        {empty && (filter.search !== undefined || group !== '') ? (
          <Empty
            title="No channel fits"
            className="py-10"
            actions={
              <Button
                onClick={() => {
                  setSearch('');
                  change({ group: null });
                }}
              >
                Show all channels
              </Button>
            }
          />
        ) : null}
        {empty ? null : (
          <TvList
            channels={channels}
            total={query.data ? total : 8}
            current={current}
            onPick={(channel) => change({ ch: String(channel.num) })}
            onNearEnd={loadMore}
          />
        )}
      </aside>
    </div>
  );
};
