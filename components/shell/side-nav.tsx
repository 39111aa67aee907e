'use client';

import { ChevronsUpDown, Play } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { roleAtLeast } from '@/lib/contract/role-order';
import { formatCount } from '@/lib/units/format';
import { Logo } from '../brand/logo';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { Avatar } from './avatar';
import { LazyMenu } from './lazy-menu';
import { isCurrent, NAV, type NavItem } from './nav-items';
import { useMe } from './session';
import { useOverview } from './use-overview';

const loadAccount = () => import('./account-panel').then((m) => m.AccountAbove);

const Entry = ({ item, current, count }: { item: NavItem; current: boolean; count: number | undefined }) => (
  <li>
    <Link
      href={item.href}
      aria-current={current ? 'page' : undefined}
      className={cn(
        'flex h-8 items-center gap-2.5 rounded-md px-[9px] font-medium text-ink-2 transition-colors duration-(--duration-fast) [&_svg]:size-4',
        current
          ? 'bg-raised font-semibold text-ink light:bg-surface light:shadow-[0_0_0_1px_var(--color-line),var(--shadow-1)] [&_svg]:text-accent-ink'
          : 'hover:bg-line-soft hover:text-ink',
      )}
    >
      <item.icon aria-hidden />
      {item.label}
      {count ? <span className="ml-auto font-medium text-ink-3 text-label">{formatCount(count)}</span> : null}
    </Link>
  </li>
);

/** The control room's side navigation; only what works and what this person may open. */
export const SideNav = () => {
  const me = useMe();
  const path = usePathname();
  const overview = useOverview();
  return (
    <nav
      aria-label="Control"
      className="flex min-h-0 flex-col border-line-soft border-r px-3 pt-4 pb-3 max-sm:hidden"
    >
      <Link href="/overview" className="mb-4 w-fit rounded-sm px-2 py-0.5" aria-label="Siaran, overview">
        <Logo />
      </Link>
      <ul className="grid content-start gap-0.5 overflow-y-auto">
        {NAV.filter((item) => roleAtLeast(me.role, item.role)).map((item) => (
          <Entry
            key={item.href}
            item={item}
            current={isCurrent(path, item.href)}
            count={overview.data && item.count ? item.count(overview.data) : undefined}
          />
        ))}
      </ul>
      <div className="mt-auto grid gap-2.5 pt-4">
        <Button asChild>
          <Link href="/tv">
            <Play aria-hidden />
            Open TV
          </Link>
        </Button>
        <LazyMenu
          load={loadAccount}
          className="hit flex h-8 items-center gap-[9px] rounded-md px-2 text-left text-ink-2 hover:bg-line-soft hover:text-ink"
        >
          <Avatar name={me.name} />
          <span className="min-w-0 flex-1 truncate">{me.name}</span>
          <ChevronsUpDown aria-hidden className="size-4 text-ink-3" />
        </LazyMenu>
      </div>
    </nav>
  );
};
