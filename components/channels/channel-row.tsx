'use client';

import type { Row } from '@tanstack/react-table';
import { FlexRender } from '@tanstack/react-table';
import type { ChangeEvent, KeyboardEvent, MouseEvent } from 'react';
import { LivePill } from '../live/live-pill';
import { Checkbox } from '../ui/check';
import { cn } from '../ui/cn';
import { Skeleton } from '../ui/state';
import { type channelFeatures, NameCell } from './channel-columns';
import type { ChannelRow } from './use-channel-list';

/** The columns of a row; while the drawer takes the room, the group gives way. */
export const ROW_GRID =
  'grid items-center gap-x-4 grid-cols-[16px_44px_minmax(150px,1fr)_minmax(70px,0.34fr)_84px_92px_104px] pl-6 pr-5 ' +
  'group-data-[narrow=true]/table:grid-cols-[16px_44px_minmax(120px,1fr)_84px_92px_104px] ' +
  'max-xl:group-data-[narrow=true]/table:gap-x-3 max-xl:group-data-[narrow=true]/table:grid-cols-[16px_44px_minmax(100px,1fr)_60px_92px_104px] ' +
  'max-lg:gap-x-3 max-lg:grid-cols-[16px_44px_minmax(100px,1fr)_60px_92px_104px]';
export const GROUP_CELL = 'max-lg:hidden group-data-[narrow=true]/table:hidden';

/** Where a row would stand whose page is still on its way. */
export const WaitingRow = ({ phone }: { phone: boolean }) => (
  <td className={phone ? 'flex h-full items-center gap-4 px-4' : `${ROW_GRID} h-full`}>
    <span />
    {phone ? null : <Skeleton className="h-3 w-8" />}
    <span className="flex items-center gap-[11px]">
      <Skeleton className="size-8 rounded-[7px]" />
      <Skeleton className="h-3 w-36" />
    </span>
    <Skeleton className="h-3 w-16" />
  </td>
);

const PhoneCells = ({ row }: { row: ChannelRow }) => (
  <>
    <td className="min-w-0 flex-1">
      <NameCell row={row} phone />
    </td>
    <td className="grid justify-items-end">
      <LivePill state={row.state} />
      <b className="data text-ink-2">{row.stream ? row.viewers : ''}</b>
    </td>
  </>
);

type ChannelTableRowProps = {
  row: Row<typeof channelFeatures, ChannelRow>;
  index: number;
  place: { height: number; transform: string };
  phone: boolean;
  open: boolean;
  selected: boolean;
  onOpen: () => void;
  onToggle: (shift: boolean) => void;
  onStep: (by: 1 | -1) => void;
};

/** One channel: click or Enter opens it, Space or its box selects it, arrows move on. */
export const ChannelTableRow = (props: ChannelTableRowProps) => {
  const { row, index, place, phone, open, selected, onOpen, onToggle, onStep } = props;
  const onKey = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter') onOpen();
    else if (event.key === ' ') onToggle(event.shiftKey);
    else if (event.key === 'ArrowDown') onStep(1);
    else if (event.key === 'ArrowUp') onStep(-1);
    else return;
    event.preventDefault();
  };
  const onCheckCell = (event: MouseEvent): void => {
    event.stopPropagation();
    if (!(event.target instanceof HTMLInputElement)) onToggle(event.shiftKey);
  };
  const onCheck = (event: ChangeEvent): void => {
    const { nativeEvent } = event;
    onToggle(nativeEvent instanceof globalThis.MouseEvent && nativeEvent.shiftKey);
  };
  return (
    <tr
      tabIndex={0}
      data-index={index}
      aria-rowindex={index + 1}
      aria-selected={selected}
      onClick={onOpen}
      onKeyDown={onKey}
      style={place}
      className={cn(
        'absolute inset-x-0 top-0 cursor-pointer select-none border-line-soft border-b outline-offset-[-2px]',
        phone ? 'flex items-center gap-3.5 px-4' : ROW_GRID,
        selected ? 'bg-accent-soft/62' : open ? 'bg-raised' : 'hover:bg-surface',
        (selected || open) && 'shadow-[inset_2px_0_var(--color-accent-ink)]',
      )}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Space on the row does the same */}
      <td onClick={onCheckCell} className="-m-3 flex p-3">
        <Checkbox
          aria-label={`Select ${row.original.name}`}
          checked={selected}
          onChange={onCheck}
          tabIndex={-1}
        />
      </td>
      {phone ? (
        <PhoneCells row={row.original} />
      ) : (
        row.getAllCells().map((cell) => (
          <td key={cell.id} className={cn('min-w-0', cell.column.id === 'group' && GROUP_CELL)}>
            <FlexRender cell={cell} />
          </td>
        ))
      )}
    </tr>
  );
};
