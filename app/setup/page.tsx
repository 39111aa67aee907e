import type { Metadata } from 'next';
import { Suspense } from 'react';
import { Setup } from '@/components/shell/setup-form';

export const metadata: Metadata = { title: 'Set up' };

export default function SetupPage() {
  return (
    <Suspense>
      <Setup />
    </Suspense>
  );
}
