'use client';

import { useEffect, useRef } from 'react';
import { Button } from '../ui/button';

type LoadMoreProps = { hasMore: boolean; busy: boolean; onMore: () => void };

/** Asks for the next page when the end of the list comes near; a button for keyboards and slow days. */
export const LoadMore = ({ hasMore, busy, onMore }: LoadMoreProps) => {
  const mark = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  more.current = onMore;
  useEffect(() => {
    if (!hasMore || busy || !mark.current) return;
    const watcher = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) more.current();
      },
      { rootMargin: '600px' },
    );
    watcher.observe(mark.current);
    return () => watcher.disconnect();
  }, [hasMore, busy]);
  if (!hasMore) return null;
  return (
    <div ref={mark} className="mt-6 flex justify-center">
      <Button busy={busy} onClick={onMore}>
        Show more
      </Button>
    </div>
  );
};
