import type { Metadata } from 'next';
import { Suspense } from 'react';
import { WatchScreen } from '@/components/library/watch-screen';

export const metadata: Metadata = { title: 'Video' };

export default function WatchPage() {
  return (
    <Suspense>
      <WatchScreen />
    </Suspense>
  );
}
