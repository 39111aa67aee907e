'use client';

import { ListMusic, LogOut, MonitorCog, Moon, SlidersHorizontal, Sun } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { lazyPart } from '../ui/lazy-part';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu';
import type { MenuPanelProps } from './lazy-menu';
import { useMay, useMe, useSignOut } from './session';
import { chooseTheme, readTheme, THEMES, themeChoice } from './theme';
import { useStore } from './use-store';

const LineDialog = lazyPart(() => import('../users/line-dialog').then((m) => m.LineDialog));

const LABELS = { dark: 'Dark', light: 'Light', system: 'Like this device' } as const;
const ICONS = { dark: Moon, light: Sun, system: MonitorCog } as const;

const ThemeItems = () => {
  const theme = useStore(themeChoice);
  useEffect(readTheme, []);
  return THEMES.map((key) => {
    const Icon = ICONS[key];
    return (
      <MenuItem key={key} onSelect={() => chooseTheme(key)} role="menuitemradio" aria-checked={theme === key}>
        <Icon aria-hidden />
        {LABELS[key]}
        {theme === key ? <i aria-hidden className="ml-auto size-2 rounded-[2px] bg-accent-ink" /> : null}
      </MenuItem>
    );
  });
};

type Place = { side: 'top' | 'bottom'; control: boolean };

const AccountPanel = ({ trigger, startOpen, side, control }: MenuPanelProps & Place) => {
  const me = useMe();
  const leave = useSignOut();
  const editor = useMay('editor');
  const [lineOpen, setLineOpen] = useState(false);
  return (
    <>
      <Menu trigger={trigger} startOpen={startOpen} side={side} align={side === 'top' ? 'start' : 'end'}>
        <div className="px-2.5 pt-1 pb-2">
          <p className="truncate font-semibold">{me.name}</p>
          <p className="truncate text-ink-3 text-label">{me.email}</p>
        </div>
        {control && editor ? (
          <MenuItem asChild>
            <Link href="/overview">
              <SlidersHorizontal aria-hidden />
              Control room
            </Link>
          </MenuItem>
        ) : null}
        <MenuItem onSelect={() => setLineOpen(true)}>
          <ListMusic aria-hidden />
          Playlist address
        </MenuItem>
        <MenuSeparator />
        <ThemeItems />
        <MenuSeparator />
        <MenuItem onSelect={() => void leave()}>
          <LogOut aria-hidden />
          Sign out
        </MenuItem>
      </Menu>
      {lineOpen ? <LineDialog onClose={() => setLineOpen(false)} /> : null}
    </>
  );
};

/** The account menu of the side navigation, opening upwards. */
export const AccountAbove = (props: MenuPanelProps) => <AccountPanel {...props} side="top" control={false} />;
/** The account menu of a top bar. */
export const AccountBelow = (props: MenuPanelProps) => (
  <AccountPanel {...props} side="bottom" control={false} />
);
/** The same on the watch side, with the way into the control room. */
export const AccountOfViewer = (props: MenuPanelProps) => <AccountPanel {...props} side="bottom" control />;
