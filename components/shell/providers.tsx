'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { isSignedOut } from '@/lib/client/errors';
import { ApiError } from '@/lib/client/http';
import { Toaster } from '../ui/toast';

const makeClient = (): QueryClient =>
  new QueryClient({
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

/** What every page stands in: the query cache and the toasts. */
export const Providers = ({ children }: { children: ReactNode }) => {
  const [client] = useState(makeClient);
  return (
    <QueryClientProvider client={client}>
      {children}
      <Toaster />
    </QueryClientProvider>
  );
};
