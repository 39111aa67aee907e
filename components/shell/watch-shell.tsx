'use client';

import { SlidersHorizontal } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { Logo } from '../brand/logo';
import { cn } from '../ui/cn';
import { MenuItem } from '../ui/menu';
import { AccountMenu, Avatar } from './account-menu';
import { LiveEvents } from './live-events';
import { isCurrent } from './nav-items';
import { SessionGate, useMay, useMe } from './session';

const PLACES = [
  { href: '/tv', label: 'TV' },
  { href: '/videos', label: 'Videos' },
] as const;

const WatchBar = () => {
  const me = useMe();
  const path = usePathname();
  const control = useMay('editor');
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
        <AccountMenu
          trigger={
            <button
              type="button"
              aria-label="Account"
              className="-mr-2.5 grid size-11 place-items-center rounded-md"
            >
              <Avatar name={me.name} />
            </button>
          }
        >
          {control ? (
            <MenuItem asChild>
              <Link href="/overview">
                <SlidersHorizontal aria-hidden />
                Control room
              </Link>
            </MenuItem>
          ) : null}
        </AccountMenu>
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
