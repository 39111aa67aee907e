import type { ReactNode } from 'react';
import { Logo } from '../brand/logo';
import { SignalArt } from '../brand/signal-art';

/** The frame of Setup and Login: a column to fill in, the signal beside it. */
export const Front = ({ children, foot }: { children: ReactNode; foot?: ReactNode }) => (
  <div className="grid min-h-dvh grid-cols-[minmax(0,500px)_minmax(0,1fr)] max-lg:grid-cols-[minmax(0,1fr)]">
    <main className="flex min-w-0 flex-col px-14 pt-7 pb-6 max-lg:mx-auto max-lg:w-full max-lg:max-w-[500px] max-sm:px-5">
      <Logo />
      <div className="my-auto py-8">{children}</div>
      {foot}
    </main>
    <div className="relative overflow-hidden bg-[#06040f] max-lg:hidden">
      <SignalArt className="absolute inset-0 size-full" />
    </div>
  </div>
);
