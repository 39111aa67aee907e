'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import type { Video } from '@/lib/contract/videos';
import { type Selection, selectRange } from '../channels/selection';

/** Selects one video or takes it out again; with Shift all between it and the last one. */
export type Toggle = (id: string, shift: boolean) => void;

/** What is selected among the videos that are shown; another filter selects nothing. */
export const usePicks = (shown: readonly Video[], filterKey: string) => {
  const [selection, setSelection] = useState<Selection>({});
  const last = useRef<string | null>(null);
  const order = useRef<string[]>([]);
  order.current = shown.map(({ id }) => id);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the filter is the reason, not an input
  useEffect(() => setSelection({}), [filterKey]);
  // Stays the same function, so that a change of one tile does not draw a thousand others anew.
  const toggle = useCallback<Toggle>((id, shift) => {
    const at = order.current.indexOf(id);
    const from = shift && last.current !== null ? order.current.indexOf(last.current) : at;
    last.current = id;
    setSelection((before) =>
      selectRange(before, order.current, from < 0 ? at : from, at, before[id] !== true),
    );
  }, []);
  const clear = useCallback((): void => setSelection({}), []);
  const all = (): void => setSelection(selectRange({}, order.current, 0, order.current.length - 1, true));
  return { videos: shown.filter(({ id }) => selection[id]), selection, toggle, clear, all };
};
