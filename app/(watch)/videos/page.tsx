import type { Metadata } from 'next';
import { Suspense } from 'react';
import { VideosScreen } from '@/components/library/videos-screen';

export const metadata: Metadata = { title: 'Videos' };

export default function VideosPage() {
  return (
    <Suspense>
      <VideosScreen />
    </Suspense>
  );
}
