'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { groupsQuery } from '@/lib/client/channels';
import { formatCount } from '@/lib/units/format';
import { useMay } from '../shell/session';
import { Button } from '../ui/button';
import { Empty, ErrorBox, HelpLink } from '../ui/feedback';
import { Select } from '../ui/field';
import { lazyPart } from '../ui/lazy-part';
import { SearchBox } from '../ui/search-box';
import type { useTvChannels } from './use-tv-channels';

const TvList = lazyPart(() => import('./tv-list').then((m) => m.TvList));

const WAITING_ROWS = 8;

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
        ) : (
          <Button asChild>
            <Link href="/videos">Watch videos instead</Link>
          </Button>
        )
      }
      help={<HelpLink href="/api/docs">How to list channels from a script</HelpLink>}
    >
      {editor
        ? 'Import a list, add one, or load the demo.'
        : 'The people who run this station have not added any.'}
    </Empty>
  );
};

const GroupSelect = ({ group, onGroup }: { group: string; onGroup: (group: string) => void }) => {
  const groups = useQuery(groupsQuery);
  return (
    <Select
      small
      aria-label="Group"
      value={group}
      onChange={(event) => onGroup(event.target.value)}
      className="ml-auto w-36"
    >
      <option value="">All groups</option>
      {groups.data?.items.map(({ name }) => (
        <option key={name} value={name}>
          {name || 'No group'}
        </option>
      ))}
    </Select>
  );
};

type TvSideProps = {
  list: ReturnType<typeof useTvChannels>;
  search: string;
  group: string;
  /** Number of the channel that is on. */
  current: number | null;
  onSearch: (search: string) => void;
  onGroup: (group: string) => void;
  onShowAll: () => void;
  onPick: (num: number) => void;
};

/** The channels beside the picture: search, choose a group, pick one. */
export const TvSide = (props: TvSideProps) => {
  const { list, search, group, current, onSearch, onGroup, onShowAll, onPick } = props;
  const { query, channels, total, loadMore } = list;
  const empty = query.isSuccess && total === 0;
  const filtered = search !== '' || group !== '';
  return (
    <aside aria-label="Channel list" className="flex min-h-0 flex-col max-sm:flex-1 max-sm:px-2">
      <div className="flex items-center gap-2 px-2 pb-2.5">
        <h2 className="font-semibold text-lead">Channels</h2>
        <span className="data text-ink-3 text-label">{query.data ? formatCount(total) : ''}</span>
        <GroupSelect group={group} onGroup={onGroup} />
      </div>
      <SearchBox
        label="Search channels"
        placeholder="Name or number"
        value={search}
        onChange={onSearch}
        className="mx-2 mb-2"
      />
      {query.error && !query.data ? (
        <ErrorBox
          title="The channels could not be read"
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      ) : null}
      {empty && !filtered ? <NothingToWatch /> : null}
      {empty && filtered ? (
        <Empty
          title="No channel fits"
          className="py-10"
          actions={<Button onClick={onShowAll}>Show all channels</Button>}
        />
      ) : null}
      {empty ? null : (
        <TvList
          channels={channels}
          total={query.data ? total : WAITING_ROWS}
          current={current}
          onPick={(channel) => onPick(channel.num)}
          onNearEnd={loadMore}
        />
      )}
    </aside>
  );
};
