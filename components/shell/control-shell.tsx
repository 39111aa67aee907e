'use client';

import type { ReactNode } from 'react';
import { lazyPart } from '../ui/lazy-part';
import { DropAnywhere } from '../uploader/drop-anywhere';
import { LiveEvents } from './live-events';
import { MasterStrip } from './master-strip';
import { TabBar, TopBar } from './phone-bars';
import { SessionGate } from './session';
import { SideNav } from './side-nav';

const UploadKeeper = lazyPart(() => import('../uploader/keeper').then((m) => m.UploadKeeper));
const UploadTray = lazyPart(() => import('../uploader/tray').then((m) => m.UploadTray));

/** The control room: navigation left, the page, the strip at the foot; on a phone bars above and below. */
export const ControlShell = ({ children }: { children: ReactNode }) => (
  <SessionGate need="editor">
    <LiveEvents />
    <UploadKeeper />
    <a
      href="#main"
      className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
    >
      Go to the page
    </a>
    <div className="grid h-dvh grid-cols-[var(--size-nav)_minmax(0,1fr)] grid-rows-[minmax(0,1fr)_auto] max-sm:grid-cols-[minmax(0,1fr)] max-sm:grid-rows-[auto_minmax(0,1fr)_auto]">
      <SideNav />
      <TopBar />
      <main id="main" className="relative min-h-0 min-w-0 overflow-y-auto">
        {children}
      </main>
      <MasterStrip />
      <TabBar />
    </div>
    <UploadTray />
    <DropAnywhere />
  </SessionGate>
);
