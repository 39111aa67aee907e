import type { Metadata } from 'next';
import { Suspense } from 'react';
import { ChannelsScreen } from '@/components/channels/channels-screen';

export const metadata: Metadata = { title: 'Channels' };

export default function ChannelsPage() {
  return (
    <Suspense>
      <ChannelsScreen />
    </Suspense>
  );
}
