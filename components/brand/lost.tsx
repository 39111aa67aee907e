'use client';

import dynamic from 'next/dynamic';

const TestCard = dynamic(() => import('./test-card').then((m) => m.TestCard), {
  ssr: false,
  loading: () => <div className="aspect-video rounded-lg bg-sunken" />,
});

/** The test card of an address where nothing is; loaded by itself, because every page carries its frame along. */
export const LostCard = () => <TestCard station="404" className="rounded-lg" />;
