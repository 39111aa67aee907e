'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

type Changes = Record<string, string | null>;

/**
 * Filters and what is open live in the address, so that a link or a reload shows the same. Changes replace the
 * address without a navigation; null takes a name out.
 */
export const useUrlState = (): { params: URLSearchParams; change: (changes: Changes) => void } => {
  const params = useSearchParams();
  const path = usePathname();
  const change = useCallback(
    (changes: Changes) => {
      const next = new URLSearchParams(window.location.search);
      for (const [name, value] of Object.entries(changes)) {
        if (value === null || value === '') next.delete(name);
        else next.set(name, value);
      }
      const query = next.toString();
      window.history.replaceState(null, '', query === '' ? path : `${path}?${query}`);
    },
    [path],
  );
  return { params: new URLSearchParams(params), change };
};
