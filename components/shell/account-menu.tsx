'use client';

import { ListMusic, LogOut, MonitorCog, Moon, Sun } from 'lucide-react';
import dynamic from 'next/dynamic';
import { type ReactNode, useEffect, useState } from 'react';
import { Dialog } from '../ui/dialog';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu';
import { useMe, useSignOut } from './session';
import { chooseTheme, readTheme, themeChoice } from './theme';
import { useStore } from './use-store';

const LineCard = dynamic(() => import('../users/line-card').then((m) => m.LineCard), { ssr: false });

const LABELS = { dark: 'Dark', light: 'Light', system: 'Like this device' } as const;
const ICONS = { dark: Moon, light: Sun, system: MonitorCog } as const;

export const Avatar = ({ name }: { name: string }) => (
  <span
    aria-hidden
    className="grid size-6 shrink-0 place-items-center rounded-full bg-linear-140 from-[#6D48EE] to-[#3A17A8] font-[650] text-[10.5px] text-white"
  >
    {([...name.trim()][0] ?? '?').toUpperCase()}
  </span>
);

type AccountMenuProps = { trigger: ReactNode; side?: 'top' | 'bottom'; children?: ReactNode };

/** Who is signed in, the playlist address, the theme, and the way out; `children` stand first. */
export const AccountMenu = ({ trigger, side = 'bottom', children }: AccountMenuProps) => {
  const me = useMe();
  const leave = useSignOut();
  const theme = useStore(themeChoice);
  const [lineOpen, setLineOpen] = useState(false);
  useEffect(readTheme, []);
  return (
    <>
      <Menu trigger={trigger} side={side} align={side === 'top' ? 'start' : 'end'}>
        <div className="px-2.5 pt-1 pb-2">
          <p className="truncate font-semibold">{me.name}</p>
          <p className="truncate text-ink-3 text-label">{me.email}</p>
        </div>
        {children}
        <MenuItem onSelect={() => setLineOpen(true)}>
          <ListMusic aria-hidden />
          Playlist address
        </MenuItem>
        <MenuSeparator />
        {(Object.keys(LABELS) as (keyof typeof LABELS)[]).map((key) => {
          const Icon = ICONS[key];
          return (
            <MenuItem
              key={key}
              onSelect={() => chooseTheme(key)}
              role="menuitemradio"
              aria-checked={theme === key}
            >
              <Icon aria-hidden />
              {LABELS[key]}
              {theme === key ? (
                <i aria-hidden className="ml-auto size-2 rounded-[2px] bg-accent-ink" />
              ) : null}
            </MenuItem>
          );
        })}
        <MenuSeparator />
        <MenuItem onSelect={() => void leave()}>
          <LogOut aria-hidden />
          Sign out
        </MenuItem>
      </Menu>
      <Dialog
        open={lineOpen}
        onOpenChange={setLineOpen}
        title="Your playlist address"
        description="For VLC, Kodi and TV apps. Whoever has it can watch as you, and nothing more."
      >
        <LineCard />
      </Dialog>
    </>
  );
};
