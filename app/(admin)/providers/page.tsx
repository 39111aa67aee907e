import type { Metadata } from 'next';
import { Suspense } from 'react';
import { ProvidersScreen } from '@/components/providers/providers-screen';

export const metadata: Metadata = { title: 'Providers' };

export default function ProvidersPage() {
  return (
    <Suspense>
      <ProvidersScreen />
    </Suspense>
  );
}
