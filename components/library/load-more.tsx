'use client';

import { useEffect, useRef } from 'react';
import { Button } from '../ui/button';

type LoadMoreProps = {
  list: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    fetchNextPage: () => Promise<unknown>;
  };
};

/** Asks for the next page when the end of the list comes near; a button for keyboards and slow days. */
export const LoadMore = ({ list }: LoadMoreProps) => {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list;
  const mark = useRef<HTMLDivElement>(null);
  // A page that could not be read is asked for again by the button alone.
  const watches = hasNextPage && !isFetchingNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (!watches || !mark.current) return;
    const watcher = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) void fetchNextPage();
      },
      { rootMargin: '600px' },
    );
    watcher.observe(mark.current);
    return () => watcher.disconnect();
  }, [watches, fetchNextPage]);
  if (!hasNextPage) return null;
  return (
    <div ref={mark} className="mt-6 flex flex-wrap items-center justify-center gap-3">
      {isFetchNextPageError ? <p className="text-ink-2">The rest could not be read.</p> : null}
      <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {isFetchNextPageError ? 'Try again' : 'Show more'}
      </Button>
    </div>
  );
};
