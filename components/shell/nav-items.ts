import {
  Activity,
  Clapperboard,
  LayoutDashboard,
  type LucideIcon,
  SatelliteDish,
  Settings,
  Tv,
  Upload,
  Users,
} from 'lucide-react';
import type { Role } from '@/lib/contract/role-order';
import type { Overview } from '@/lib/contract/system';

export type NavItem = {
  href: string;
  label: string;
  icon: LucideIcon;
  role: Role;
  /** How many there are, shown at the right. */
  count?: (overview: Overview) => number;
};

/** The control room's pages in their order; the first four also stand in the tab bar of a phone. */
export const NAV: readonly NavItem[] = [
  { href: '/overview', label: 'Overview', icon: LayoutDashboard, role: 'editor' },
  { href: '/live', label: 'Live', icon: Activity, role: 'editor', count: (o) => o.onAir },
  { href: '/channels', label: 'Channels', icon: Tv, role: 'editor', count: (o) => o.channels },
  { href: '/library', label: 'Library', icon: Clapperboard, role: 'editor', count: (o) => o.videos },
  { href: '/providers', label: 'Providers', icon: SatelliteDish, role: 'editor' },
  { href: '/uploads', label: 'Uploads', icon: Upload, role: 'editor' },
  { href: '/users', label: 'Users', icon: Users, role: 'admin' },
  { href: '/settings', label: 'Settings', icon: Settings, role: 'admin' },
];

export const isCurrent = (path: string, href: string): boolean =>
  path === href || path.startsWith(`${href}/`);

/** How many of them the tab bar holds beside its menu. */
export const TAB_PLACES = 4;
