'use client';

import { Ellipsis, Play } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { roleAtLeast } from '@/lib/contract/roles';
import { Logo } from '../brand/logo';
import { cn } from '../ui/cn';
import { Menu, MenuItem } from '../ui/menu';
import { AccountMenu, Avatar } from './account-menu';
import { isCurrent, NAV } from './nav-items';
import { useMe } from './session';

/** The bar at the top of a phone: the name and the account. */
export const TopBar = () => {
  const me = useMe();
  return (
    <header className="flex h-[52px] items-center justify-between border-line-soft border-b px-4 sm:hidden">
      <Link href="/overview" aria-label="Siaran, overview" className="flex">
        <Logo />
      </Link>
      <AccountMenu
        trigger={
          <button
            type="button"
            aria-label="Account"
            className="grid size-11 -mr-2.5 place-items-center rounded-md"
          >
            <Avatar name={me.name} />
          </button>
        }
      />
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
  const rest = items.slice(4);
  return (
    <nav
      aria-label="Control"
      className="flex border-line border-t bg-sunken pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      {items.slice(0, 4).map((item) => {
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
      <Menu
        side="top"
        trigger={
          <button
            type="button"
            className={cn(
              TAB,
              rest.some((item) => isCurrent(path, item.href)) && 'font-semibold text-accent-ink',
            )}
          >
            <Ellipsis aria-hidden />
            More
          </button>
        }
      >
        {rest.map((item) => (
          <MenuItem key={item.href} asChild>
            <Link href={item.href}>
              <item.icon aria-hidden />
              {item.label}
            </Link>
          </MenuItem>
        ))}
        <MenuItem asChild>
          <Link href="/tv">
            <Play aria-hidden />
            Open TV
          </Link>
        </MenuItem>
      </Menu>
    </nav>
  );
};
