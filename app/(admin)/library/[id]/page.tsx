import type { Metadata } from 'next';
import { Suspense } from 'react';
import { DetailScreen } from '@/components/library/detail-screen';

export const metadata: Metadata = { title: 'Video' };

export default function VideoPage() {
  return (
    <Suspense>
      <DetailScreen />
    </Suspense>
  );
}
