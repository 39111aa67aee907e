import type { Metadata } from 'next';
import { Suspense } from 'react';
import { LiveScreen } from '@/components/live/live-screen';

export const metadata: Metadata = { title: 'Live' };

export default function LivePage() {
  return (
    <Suspense>
      <LiveScreen />
    </Suspense>
  );
}
