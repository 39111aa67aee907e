'use client';

import { lazyPart } from '../ui/lazy-part';

const TestCard = lazyPart(
  () => import('./test-card').then((m) => m.TestCard),
  <div className="aspect-video rounded-lg bg-sunken" />,
);

/** The test card of an address where nothing is; loaded by itself, because every page carries its frame along. */
export const LostCard = () => <TestCard station="404" className="rounded-lg" />;
