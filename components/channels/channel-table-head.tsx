'use client';

import type { ReactNode } from 'react';
import { Checkbox } from '../ui/check';
import { ROW_GRID } from './channel-row';

type ChannelTableHeadProps = {
  loaded: number;
  selected: number;
  onSelectAll: (on: boolean) => void;
  /** The headings of the columns. */
  children: ReactNode;
};

/** The head of the table, with the box that selects all loaded channels; phones do without. */
export const ChannelTableHead = ({ loaded, selected, onSelectAll, children }: ChannelTableHeadProps) => (
  <thead className="sticky top-0 z-10 block bg-canvas max-sm:hidden">
    <tr className={`${ROW_GRID} h-8 border-line-soft border-b text-ink-3 text-label`}>
      <th className="flex">
        <Checkbox
          aria-label="Select all loaded channels"
          checked={loaded > 0 && selected === loaded}
          indeterminate={selected > 0 && selected < loaded}
          onChange={() => onSelectAll(selected < loaded)}
        />
      </th>
      {children}
    </tr>
  </thead>
);
