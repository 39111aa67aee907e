'use client';

import { Play } from 'lucide-react';
import Link from 'next/link';
import { roleAtLeast } from '@/lib/contract/role-order';
import { Menu, MenuItem } from '../ui/menu';
import type { MenuPanelProps } from './lazy-menu';
import { NAV, TAB_PLACES } from './nav-items';
import { useMe } from './session';

/** The pages that have no place of their own in the tab bar. */
export const MorePanel = ({ trigger, startOpen }: MenuPanelProps) => {
  const me = useMe();
  const rest = NAV.filter((item) => roleAtLeast(me.role, item.role)).slice(TAB_PLACES);
  return (
    <Menu side="top" trigger={trigger} startOpen={startOpen}>
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
  );
};
