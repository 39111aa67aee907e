'use client';

import { useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { Checkbox } from '../ui/check';
import { cn } from '../ui/cn';
import { useIsPhone } from '../ui/use-media';
import { channelColumns, channelFeatures } from './channel-columns';
import { ChannelTableRow, GROUP_CELL, ROW_GRID, WaitingRow } from './channel-row';
import { type Selection, selectRange } from './selection';
import type { ChannelRow } from './use-channel-list';

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
  const rowPx = phone ? PHONE_ROW_PX : ROW_PX;
  const scroller = useRef<HTMLDivElement>(null);
  const anchor = useRef<number | null>(null);
  const table = useTable({
    features: channelFeatures,
    columns: channelColumns,
    data: rows,
    getRowId: (row) => row.id,
    state: { rowSelection: selection },
    onRowSelectionChange: (update) => onSelect(typeof update === 'function' ? update(selection) : update),
  });
  const model = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: Math.max(total, rows.length),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row height moves every row
  useEffect(() => virtual.measure(), [virtual, rowPx]);

  const inSight = virtual.getVirtualItems();
  const last = inSight.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 40 && rows.length < total) onNearEnd();
  }, [last, rows.length, total, onNearEnd]);

  const toggle = (index: number, shift: boolean): void => {
    const id = rows[index]?.id;
    if (id === undefined) return;
    const from = shift && anchor.current !== null ? anchor.current : index;
    onSelect(
      selectRange(
        selection,
        rows.map((row) => row.id),
        from,
        index,
        !selection[id],
      ),
    );
    anchor.current = index;
  };
  const focusRow = (index: number): void => {
    if (index < 0 || index >= rows.length) return;
    virtual.scrollToIndex(index);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus(),
    );
  };

  const selected = rows.filter((row) => selection[row.id]).length;
  return (
    <div ref={scroller} data-narrow={openId !== null} className="group/table relative h-full overflow-y-auto">
      <table aria-label="Channels" aria-rowcount={total} className="block text-left">
        <thead className="sticky top-0 z-10 block bg-canvas max-sm:hidden">
          <tr className={`${ROW_GRID} h-8 border-line-soft border-b text-ink-3 text-label`}>
            <th className="flex">
              <Checkbox
                aria-label="Select all loaded channels"
                checked={rows.length > 0 && selected === rows.length}
                indeterminate={selected > 0 && selected < rows.length}
                onChange={() => table.toggleAllRowsSelected(selected < rows.length)}
              />
            </th>
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
          </tr>
        </thead>
        <tbody className="relative block" style={{ height: virtual.getTotalSize() }}>
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
