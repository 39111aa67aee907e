'use client';

import {
  type ComponentType,
  createElement,
  lazy,
  type ReactNode,
  Suspense,
  useSyncExternalStore,
} from 'react';
import { isMissingPart, loadPart } from '@/lib/client/parts';

const unchanged = () => () => undefined;
const isBrowser = (): boolean => true;
const isServer = (): boolean => false;

/** Where a part never comes, the page stands without it; `PartsNote` says so. */
const never = <T,>(): Promise<T> => new Promise(() => undefined);

/**
 * A component that is fetched when it is drawn first, in the browser only; `waiting` stands for it until it is here. One
 * that does not arrive is asked for again by itself, which `next/dynamic` never does: it remembers the failure.
 */
export const lazyPart = <P extends object>(
  load: () => Promise<ComponentType<P>>,
  waiting: ReactNode = null,
): ComponentType<P> => {
  const Part = lazy(() =>
    loadPart(load).then(
      (part) => ({ default: part }),
      (error: unknown) => {
        if (isMissingPart(error)) return never<{ default: ComponentType<P> }>();
        throw error;
      },
    ),
  ) as unknown as ComponentType<P>;
  // biome-ignore lint/correctness/noComponentHookFactories: made once for each part, beside its import
  const LazyPart = (props: P) =>
    useSyncExternalStore(unchanged, isBrowser, isServer) ? (
      <Suspense fallback={waiting}>{createElement(Part, props)}</Suspense>
    ) : (
      waiting
    );
  return LazyPart;
};
