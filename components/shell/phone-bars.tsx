'use client';

import { Ellipsis } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { roleAtLeast } from '@/lib/contract/role-order';
import { Logo } from '../brand/logo';
import { cn } from '../ui/cn';
import { Avatar } from './avatar';
import { LazyMenu } from './lazy-menu';
import { isCurrent, NAV, TAB_PLACES } from './nav-items';
import { useMe } from './session';

const loadAccount = () => import('./account-panel').then((m) => m.AccountBelow);
const loadMore = () => import('./more-panel').then((m) => m.MorePanel);

/** The bar at the top of a phone: the name and the account. */
export const TopBar = () => {
  const me = useMe();
  return (
    <header className="flex h-[52px] items-center justify-between border-line-soft border-b px-4 sm:hidden">
      <Link href="/overview" aria-label="Siaran, overview" className="flex">
        <Logo />
      </Link>
      <LazyMenu
        load={loadAccount}
        aria-label="Account"
        className="grid size-11 -mr-2.5 place-items-center rounded-md"
      >
        <Avatar name={me.name} />
      </LazyMenu>
    </header>
  );
};

const TAB =
  'grid h-[60px] flex-1 content-center justify-items-center gap-1 font-medium text-[11px] leading-[14px] text-ink-3 [&_svg]:size-5';

/** Five places at the thumb: the four first pages, and a menu with the rest. */
export const TabBar = () => {
  const me = useMe();
  const path = usePathname();
  const items = NAV.filter((item) => roleAtLeast(me.role, item.role));
  const rest = items.slice(TAB_PLACES);
  return (
    <nav
      aria-label="Control"
      className="flex border-line border-t bg-sunken pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      {items.slice(0, TAB_PLACES).map((item) => {
        const current = isCurrent(path, item.href);
        return (
          <Link
            key={item.href}
            href={item.href}
            aria-current={current ? 'page' : undefined}
            className={cn(TAB, current && 'font-semibold text-accent-ink')}
          >
            <item.icon aria-hidden />
            {item.label}
          </Link>
        );
      })}
      <LazyMenu
        load={loadMore}
        className={cn(
          TAB,
          rest.some((item) => isCurrent(path, item.href)) && 'font-semibold text-accent-ink',
        )}
      >
        <Ellipsis aria-hidden />
        More
      </LazyMenu>
    </nav>
  );
};
