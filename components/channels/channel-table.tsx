'use client';

import { useTable } from '@tanstack/react-table';
import { cn } from '../ui/cn';
import { useIsPhone } from '../ui/use-media';
import { channelColumns, channelFeatures } from './channel-columns';
import { ChannelTableRow, GROUP_CELL, WaitingRow } from './channel-row';
import { ChannelTableHead } from './channel-table-head';
import type { Selection } from './selection';
import type { ChannelRow } from './use-channel-list';
import { useRowToggle } from './use-row-toggle';
import { useRowWindow } from './use-row-window';

const ROW_PX = 44;
const PHONE_ROW_PX = 60;

type ChannelTableProps = {
  rows: ChannelRow[];
  total: number;
  openId: string | null;
  onOpen: (id: string) => void;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  /** Called when the end of what is loaded comes near. */
  onNearEnd: () => void;
};

/** Every channel in rows of one height; only the rows in sight exist, and the scroll bar tells the true length. */
export const ChannelTable = (props: ChannelTableProps) => {
  const { rows, total, openId, onOpen, selection, onSelect, onNearEnd } = props;
  const phone = useIsPhone();
  const table = useTable({
    features: channelFeatures,
    columns: channelColumns,
    data: rows,
    getRowId: (row) => row.id,
    state: { rowSelection: selection },
    onRowSelectionChange: (update) => onSelect(typeof update === 'function' ? update(selection) : update),
  });
  const model = table.getRowModel().rows;
  const { scroller, inSight, heightPx, focusRow } = useRowWindow({
    total,
    loaded: rows.length,
    rowPx: phone ? PHONE_ROW_PX : ROW_PX,
    onNearEnd,
  });
  const toggle = useRowToggle({ rows, selection, onSelect });
  const selected = rows.filter((row) => selection[row.id]).length;
  return (
    <div ref={scroller} data-narrow={openId !== null} className="group/table relative h-full overflow-y-auto">
      <table aria-label="Channels" aria-rowcount={total} className="block text-left">
        <ChannelTableHead
          loaded={rows.length}
          selected={selected}
          onSelectAll={(on) => table.toggleAllRowsSelected(on)}
        >
          {table.getHeaderGroups()[0]?.headers.map((header) => (
            <th
              key={header.id}
              className={cn(
                'font-[550]',
                header.id === 'viewers' && 'text-right',
                header.id === 'group' && GROUP_CELL,
              )}
            >
              <table.FlexRender header={header} />
            </th>
          ))}
        </ChannelTableHead>
        <tbody className="relative block" style={{ height: heightPx }}>
          {inSight.map((item) => {
            const row = model[item.index];
            const place = { height: item.size, transform: `translateY(${item.start}px)` };
            return row ? (
              <ChannelTableRow
                key={row.id}
                row={row}
                index={item.index}
                place={place}
                phone={phone}
                open={row.id === openId}
                selected={selection[row.id] === true}
                onOpen={() => onOpen(row.id)}
                onToggle={(shift) => toggle(item.index, shift)}
                onStep={(by) => focusRow(item.index + by)}
              />
            ) : (
              <tr
                key={item.key}
                className="absolute inset-x-0 top-0 block border-line-soft border-b"
                style={place}
              >
                <WaitingRow phone={phone} />
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
};
