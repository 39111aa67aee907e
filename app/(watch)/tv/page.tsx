import type { Metadata } from 'next';
import { Suspense } from 'react';
import { TvScreen } from '@/components/channels/tv-screen';

export const metadata: Metadata = { title: 'TV' };

export default function TvPage() {
  return (
    <Suspense>
      <TvScreen />
    </Suspense>
  );
}
