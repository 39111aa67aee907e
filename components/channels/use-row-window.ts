'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useRef } from 'react';

type RowWindowOptions = {
  /** Rows there are in all, loaded or not. */
  total: number;
  loaded: number;
  rowPx: number;
  /** Called when the end of what is loaded comes near. */
  onNearEnd: () => void;
};

const NEAR_END_ROWS = 40;

/** The rows in sight of a long list, what to do near the end of the loaded ones, and moving the focus to a row. */
export const useRowWindow = ({ total, loaded, rowPx, onNearEnd }: RowWindowOptions) => {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: Math.max(total, loaded),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row height moves every row
  useEffect(() => virtual.measure(), [virtual, rowPx]);

  const inSight = virtual.getVirtualItems();
  const last = inSight.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= loaded - NEAR_END_ROWS && loaded < total) onNearEnd();
  }, [last, loaded, total, onNearEnd]);

  const focusRow = (index: number): void => {
    if (index < 0 || index >= loaded) return;
    virtual.scrollToIndex(index);
    requestAnimationFrame(() => rowIn(scroller, index)?.focus());
  };
  return { scroller, inSight, heightPx: virtual.getTotalSize(), focusRow };
};

const rowIn = (scroller: RefObject<HTMLElement | null>, index: number): HTMLElement | null =>
  scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`) ?? null;
