'use client';

import { useRef } from 'react';
import { type Selection, selectRange } from './selection';
import type { ChannelRow } from './use-channel-list';

type RowToggleOptions = {
  rows: readonly ChannelRow[];
  selection: Selection;
  onSelect: (selection: Selection) => void;
};

/** Selects or frees a row; with Shift every row since the last one that was clicked. */
export const useRowToggle = ({ rows, selection, onSelect }: RowToggleOptions) => {
  const anchor = useRef<number | null>(null);
  return (index: number, shift: boolean): void => {
    const id = rows[index]?.id;
    if (id === undefined) return;
    const from = shift && anchor.current !== null ? anchor.current : index;
    const order = rows.map((row) => row.id);
    onSelect(selectRange(selection, order, from, index, !selection[id]));
    anchor.current = index;
  };
};
