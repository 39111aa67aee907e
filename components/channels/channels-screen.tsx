'use client';

import { ListPlus, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { formatCount } from '@/lib/units/format';
import { Button } from '../ui/button';
import { lazyPart } from '../ui/lazy-part';
import { PageHead } from '../ui/panel';
import { useUrlState } from '../ui/use-url-state';
import { ChannelFilters, filterOf } from './channel-filters';
import { ChannelsBody } from './channels-body';
import { type Selection, selectedIds } from './selection';
import { useChannelList } from './use-channel-list';

const BulkBar = lazyPart(() => import('./bulk-bar').then((m) => m.BulkBar));
const ChannelDrawer = lazyPart(() => import('./channel-drawer').then((m) => m.ChannelDrawer));
const ChannelDialog = lazyPart(() => import('./channel-dialog').then((m) => m.ChannelDialog));
const ImportDialog = lazyPart(() => import('../import/import-dialog').then((m) => m.ImportDialog));

/** All channels: find, open, add, import, and change many at once. */
export const ChannelsScreen = () => {
  const { params, change } = useUrlState();
  const search = params.toString();
  const filter = useMemo(() => filterOf(new URLSearchParams(search)), [search]);
  const filtered = Boolean(filter.search || filter.group || filter.state || filter.providerId);
  const list = useChannelList(filter);
  const { query, rows, total } = list;
  const [selection, setSelection] = useState<Selection>({});
  const ids = selectedIds(selection);
  const openId = params.get('open');
  const empty = query.isSuccess && total === 0;

  return (
    <div className="relative flex h-full min-h-0 overflow-x-clip">
      <div className="relative flex min-w-0 flex-1 flex-col">
        <div className="grid gap-2.5 px-6 pt-4 pb-3 max-sm:px-4">
          <PageHead title="Channels" count={query.data ? formatCount(total) : undefined}>
            <Button onClick={() => change({ import: '1' })}>
              <ListPlus aria-hidden />
              Import
            </Button>
            <Button tone="primary" onClick={() => change({ add: '1' })}>
              <Plus aria-hidden />
              Add
            </Button>
          </PageHead>
          {empty && !filtered ? null : <ChannelFilters filter={filter} change={change} />}
        </div>
        <div className="min-h-0 flex-1 border-line-soft border-t">
          <ChannelsBody
            list={list}
            filtered={filtered}
            openId={openId}
            onOpen={(id) => change({ open: id === openId ? null : id })}
            onShowAll={() => change({ q: null, group: null, state: null, provider: null })}
            selection={selection}
            onSelect={setSelection}
          />
        </div>
        {ids.length > 0 ? <BulkBar ids={ids} onDone={() => setSelection({})} /> : null}
      </div>
      {openId ? (
        <ChannelDrawer
          key={openId}
          id={openId}
          name={rows.find((row) => row.id === openId)?.name ?? null}
          onClose={() => change({ open: null })}
        />
      ) : null}
      {params.get('add') ? (
        <ChannelDialog
          channel={null}
          onClose={() => change({ add: null })}
          onSaved={(channel) => change({ add: null, open: channel.id })}
          onDeleted={() => change({ add: null })}
        />
      ) : null}
      {params.get('import') ? <ImportDialog onClose={() => change({ import: null })} /> : null}
    </div>
  );
};
