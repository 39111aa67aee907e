'use client';

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { isSignedOut } from '@/lib/client/errors';
import { ApiError } from '@/lib/client/http';
import { keys } from '@/lib/client/keys';
import { PlayerDock } from '../player/player-dock';
import { Toaster } from '../ui/toast';
import { PartsNote } from './parts-note';

const makeClient = (): QueryClient => {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      // A session that ended meanwhile shows in any answer; asking who is there leads to the sign-in page.
      onError: (error, query) => {
        if (isSignedOut(error) && query.queryKey[0] !== keys.me[0])
          void client.invalidateQueries({ queryKey: keys.me });
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        refetchOnWindowFocus: true,
        // Only what may heal by itself is asked again: no answer, or an answer that says "later".
        retry: (count, error) =>
          count < 3 &&
          !isSignedOut(error) &&
          (!(error instanceof ApiError) || error.status === 0 || error.status >= 502),
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 4000),
      },
    },
  });
  return client;
};

/** What every page stands in: the query cache and the toasts. */
export const Providers = ({ children }: { children: ReactNode }) => {
  const [client] = useState(makeClient);
  // From here on the page fetches by itself what is missing (`public/start.js` did before).
  useEffect(() => {
    document.documentElement.dataset.alive = '';
  }, []);
  return (
    <QueryClientProvider client={client}>
      {children}
      <PlayerDock />
      <Toaster />
      <PartsNote />
    </QueryClientProvider>
  );
};
