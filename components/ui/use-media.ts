'use client';

import { useSyncExternalStore } from 'react';

/** True while the media query holds; false until the page runs in a browser. */
export const useMedia = (query: string): boolean =>
  useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
    () => false,
  );

/** A phone held upright: two-line rows, sheets instead of drawers. */
export const useIsPhone = (): boolean => useMedia('(max-width: 639px)');
