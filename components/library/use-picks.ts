'use client';

import { useEffect, useRef, useState } from 'react';
import type { Video } from '@/lib/contract/videos';
import { type Selection, selectRange } from '../channels/selection';
import type { Pick } from './select-box';

/** What is selected among the videos that are shown; another filter selects nothing. */
export const usePicks = (shown: readonly Video[], filterKey: string) => {
  const [selection, setSelection] = useState<Selection>({});
  const last = useRef<string | null>(null);
  const order = shown.map(({ id }) => id);
  const clear = (): void => setSelection({});
  // biome-ignore lint/correctness/useExhaustiveDependencies: the filter is the reason, not an input
  useEffect(() => setSelection({}), [filterKey]);
  const videos = shown.filter(({ id }) => selection[id]);
  const pickOf = ({ id }: Video): Pick => ({
    selected: selection[id] === true,
    any: videos.length > 0,
    onToggle: (shift) => {
      const at = order.indexOf(id);
      const from = shift && last.current !== null ? order.indexOf(last.current) : at;
      setSelection(selectRange(selection, order, from < 0 ? at : from, at, selection[id] !== true));
      last.current = id;
    },
  });
  const all = (): void => setSelection(selectRange({}, order, 0, order.length - 1, true));
  return { videos, pickOf, clear, all };
};
