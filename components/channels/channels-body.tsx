'use client';

import { useCallback } from 'react';
import { useOverview } from '../shell/use-overview';
import { Button } from '../ui/button';
import { Empty, ErrorBox, HelpLink } from '../ui/feedback';
import { lazyPart } from '../ui/lazy-part';
import type { Selection } from './selection';
import type { useChannelList } from './use-channel-list';

const ChannelTable = lazyPart(() => import('./channel-table').then((m) => m.ChannelTable));
const Welcome = lazyPart(() => import('../overview/welcome').then((m) => m.Welcome));

const WAITING_ROWS = 12;

type ChannelsBodyProps = {
  list: ReturnType<typeof useChannelList>;
  filtered: boolean;
  openId: string | null;
  onOpen: (id: string) => void;
  onShowAll: () => void;
  selection: Selection;
  onSelect: (selection: Selection) => void;
};

/** The list, or what stands in its place: an error, the welcome of a new station, or that nothing fits. */
export const ChannelsBody = (props: ChannelsBodyProps) => {
  const { list, filtered, openId, onOpen, onShowAll, selection, onSelect } = props;
  const { query, rows, total } = list;
  const overview = useOverview();
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (query.error && !query.data) {
    return (
      <ErrorBox
        title="The channels could not be read"
        error={query.error}
        onRetry={() => void query.refetch()}
        className="m-6"
      />
    );
  }
  const empty = query.isSuccess && total === 0;
  if (empty && !filtered && overview.data) return <Welcome station={overview.data.stationName} />;
  if (empty) {
    return (
      <Empty
        title="No channel fits"
        actions={<Button onClick={onShowAll}>Show all channels</Button>}
        help={<HelpLink href="/api/docs">How search works</HelpLink>}
      >
        Try fewer letters, or another group.
      </Empty>
    );
  }
  return (
    <ChannelTable
      rows={rows}
      total={query.data ? total : WAITING_ROWS}
      openId={openId}
      onOpen={onOpen}
      selection={selection}
      onSelect={onSelect}
      onNearEnd={loadMore}
    />
  );
};
