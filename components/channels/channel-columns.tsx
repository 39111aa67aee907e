'use client';

import { createColumnHelper, rowSelectionFeature, tableFeatures } from '@tanstack/react-table';
import { streamHistory } from '@/lib/client/history';
import { formatCount } from '@/lib/units/format';
import { Monogram } from '../brand/monogram';
import { LivePill } from '../live/live-pill';
import { SourceMarks } from '../live/source-marks';
import { Sparkline } from '../ui/sparkline';
import { Tag } from '../ui/state';
import type { ChannelRow } from './use-channel-list';

export const channelFeatures = tableFeatures({ rowSelectionFeature });

const helper = createColumnHelper<typeof channelFeatures, ChannelRow>();

/** The name with its sign; a second line only when there is something to say. */
export const NameCell = ({ row, phone = false }: { row: ChannelRow; phone?: boolean }) => (
  <span className="flex min-w-0 items-center gap-[11px]">
    <Monogram name={row.name} className={phone ? 'size-[38px]' : 'size-8'} />
    <span className="min-w-0 leading-[17px]">
      <span className="flex items-center gap-2">
        <b className="truncate font-semibold">{row.name}</b>
        {row.enabled ? null : <Tag>Off</Tag>}
        {row.missing ? <Tag tone="warn">Missing</Tag> : null}
      </span>
      <span className="block truncate text-ink-3 text-label">
        {phone ? row.group || 'No group' : (row.outputPath ?? row.providerName ?? `Stream ${row.num}`)}
      </span>
    </span>
  </span>
);

export const ViewersCell = ({ row }: { row: ChannelRow }) =>
  row.stream ? (
    <span className="flex items-center justify-end gap-2.5">
      <Sparkline
        values={streamHistory(row.id).clients}
        className={row.state === 'failing-over' ? 'text-warn' : ''}
      />
      <b className="data min-w-6 text-right">{formatCount(row.viewers)}</b>
    </span>
  ) : (
    <span className="block text-right text-ink-3">–</span>
  );

export const channelColumns = helper.columns([
  helper.accessor('num', {
    header: 'No.',
    cell: ({ row }) => (
      <span className="data wide text-ink-2 tracking-normal">{row.original.chno ?? row.original.num}</span>
    ),
  }),
  helper.accessor('name', { header: 'Channel', cell: ({ row }) => <NameCell row={row.original} /> }),
  helper.accessor('group', {
    header: 'Group',
    cell: ({ row }) => <span className="block truncate text-ink-2">{row.original.group || '–'}</span>,
  }),
  helper.accessor('sourceCount', {
    header: 'Sources',
    cell: ({ row: { original } }) => (
      <SourceMarks
        count={original.sourceCount}
        current={original.stream ? original.stream.source_position : null}
        state={original.state}
      />
    ),
  }),
  helper.accessor('viewers', { header: 'Viewers', cell: ({ row }) => <ViewersCell row={row.original} /> }),
  helper.accessor('state', { header: 'State', cell: ({ row }) => <LivePill state={row.original.state} /> }),
]);
