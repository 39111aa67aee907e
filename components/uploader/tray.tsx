'use client';

import { ChevronDown, ChevronUp, X } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { createStore } from '@/lib/client/store';
import { formatCount } from '@/lib/units/format';
import { useStore } from '../shell/use-store';
import { IconButton } from '../ui/button';
import { cn } from '../ui/cn';
import { Bar } from '../ui/state';
import { useIsPhone } from '../ui/use-media';
import { dismissUpload, uploads } from './store';
import { TrayRow } from './tray-row';
import { trayHead } from './tray-words';
import type { UploadItem } from './types';

/** More rows than these are on the Uploads page. */
const MOST_ROWS = 30;
const SPACE = '--tray-space';
const SIDE = '--tray-side';

/** Whether the rows are shown, as somebody chose; null = by the screen: there on a desk, folded where room is short. */
const unfolded = createStore<boolean | null>(null);

/** Tells toasts, pages and bars how much room the tray takes at the foot and at the right. */
const useSpace = () => {
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    const tray = ref.current;
    const { style } = document.documentElement;
    if (!tray) return;
    const watcher = new ResizeObserver(() => {
      style.setProperty(SPACE, `${tray.offsetHeight + 12}px`);
      style.setProperty(SIDE, `${tray.offsetWidth + 12}px`);
    });
    watcher.observe(tray);
    return () => {
      watcher.disconnect();
      style.removeProperty(SPACE);
      style.removeProperty(SIDE);
    };
  }, []);
  return ref;
};

type HeadProps = { items: readonly UploadItem[]; open: boolean };

const Head = ({ items, open }: HeadProps) => {
  const { title, note, share, over } = trayHead(items);
  const Fold = open ? ChevronDown : ChevronUp;
  const clear = (): void => {
    for (const { key } of items) dismissUpload(key);
  };
  return (
    <header className="border-line border-b py-1.5 pr-2 pl-3.5">
      <div className="flex items-center gap-1">
        <div className="min-w-0 flex-1">
          <h2 role="status" className="truncate font-semibold text-body">
            {title}
          </h2>
          {note === '' ? null : <p className="truncate text-ink-3 text-label tabular-nums">{note}</p>}
        </div>
        <IconButton
          label={open ? 'Fold the uploads' : 'Show the uploads'}
          aria-expanded={open}
          onClick={() => unfolded.set(!open)}
        >
          <Fold />
        </IconButton>
        {over ? (
          <IconButton label="Clear the list of uploads" onClick={clear}>
            <X />
          </IconButton>
        ) : null}
      </div>
      {share === null || open ? null : <Bar share={share} label="All uploads" className="mt-1 mr-1.5" />}
    </header>
  );
};

const Panel = ({ items }: { items: readonly UploadItem[] }) => {
  const ref = useSpace();
  const phone = useIsPhone();
  const path = usePathname();
  const open = useStore(unfolded) ?? !(phone || path === '/uploads');
  return (
    <section
      ref={ref}
      aria-label="Uploads in this window"
      className={cn(
        'fixed z-30 flex flex-col overflow-hidden border-line-strong bg-overlay shadow-(--shadow-3) light:bg-surface',
        'sm:right-5 sm:bottom-[calc(var(--size-strip)+16px)] sm:max-h-[min(440px,60dvh)] sm:w-[372px] sm:animate-[rise_160ms_var(--ease-out)] sm:rounded-xl sm:border',
        'max-sm:inset-x-0 max-sm:bottom-[calc(61px+env(safe-area-inset-bottom))] max-sm:max-h-[60dvh] max-sm:animate-[slide-up_280ms_var(--ease-out)] max-sm:rounded-t-xl max-sm:border-t',
      )}
    >
      <Head items={items} open={open} />
      {open ? (
        <div className="min-h-0 overflow-y-auto">
          <ul>
            {items.slice(0, MOST_ROWS).map((item) => (
              <TrayRow key={item.key} item={item} />
            ))}
          </ul>
          {items.length > MOST_ROWS ? (
            <Link href="/uploads" className="block border-line-soft border-t px-3.5 py-2.5 text-accent-ink">
              And {formatCount(items.length - MOST_ROWS)} more
            </Link>
          ) : null}
        </div>
      ) : null}
    </section>
  );
};

/** What this window sends or has just sent, on every page of the panel: bottom right, on a phone a sheet above the tabs. */
export const UploadTray = () => {
  const items = useStore(uploads);
  return items.length === 0 ? null : <Panel items={items} />;
};
