import type { Metadata } from 'next';
import { Suspense } from 'react';
import { UploadsScreen } from '@/components/library/uploads-screen';

export const metadata: Metadata = { title: 'Uploads' };

export default function UploadsPage() {
  return (
    <Suspense>
      <UploadsScreen />
    </Suspense>
  );
}
