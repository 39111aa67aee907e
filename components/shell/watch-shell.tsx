'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { Logo } from '../brand/logo';
import { cn } from '../ui/cn';
import { Avatar } from './avatar';
import { LazyMenu } from './lazy-menu';
import { LiveEvents } from './live-events';
import { isCurrent } from './nav-items';
import { SessionGate, useMe } from './session';

const PLACES = [
  { href: '/tv', label: 'TV' },
  { href: '/videos', label: 'Videos' },
] as const;

const loadAccount = () => import('./account-panel').then((m) => m.AccountOfViewer);

const WatchBar = () => {
  const me = useMe();
  const path = usePathname();
  return (
    <header className="flex h-14 items-center gap-1 px-6 max-sm:h-[52px] max-sm:px-4">
      <Link href="/tv" aria-label="Siaran, TV" className="flex pr-5 max-sm:pr-2">
        <Logo />
      </Link>
      <nav aria-label="Watch" className="flex gap-1">
        {PLACES.map(({ href, label }) => {
          const current = isCurrent(path, href);
          return (
            <Link
              key={href}
              href={href}
              aria-current={current ? 'page' : undefined}
              className={cn(
                'hit relative grid h-8 place-items-center rounded-md px-3 font-[550]',
                current
                  ? 'bg-raised text-ink light:bg-surface light:shadow-[0_0_0_1px_var(--color-line)]'
                  : 'text-ink-2 hover:text-ink',
              )}
            >
              {label}
            </Link>
          );
        })}
      </nav>
      <div className="ml-auto flex items-center gap-2">
        <LazyMenu
          load={loadAccount}
          aria-label="Account"
          className="grid size-11 -mr-2.5 place-items-center rounded-md"
        >
          <Avatar name={me.name} />
        </LazyMenu>
      </div>
    </header>
  );
};

/** The living room: no side navigation, the picture first. */
export const WatchShell = ({ children }: { children: ReactNode }) => (
  <SessionGate need="viewer">
    <LiveEvents />
    <WatchBar />
    <main id="main">{children}</main>
  </SessionGate>
);
