'use client';

import { useSyncExternalStore } from 'react';
import type { Store } from '@/lib/client/store';

/** The value of a store, kept fresh in a component. */
export const useStore = <T>(store: Store<T>): T =>
  useSyncExternalStore(store.subscribe, store.get, store.get);
