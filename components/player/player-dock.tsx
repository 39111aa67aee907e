'use client';

import { usePathname, useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { createPortal } from 'react-dom';
import { useStore } from '../shell/use-store';
import { cn } from '../ui/cn';
import { lazyPart } from '../ui/lazy-part';
import { act, endAct, playerBox, setDock } from './stage';

/** The engines (video.js core and hls.js) come with the first player, not with the panel. */
const PlayerView = lazyPart(() => import('./player-view').then((m) => m.PlayerView));

/** Pages of people who are not signed in. */
const OUTSIDE = /^\/(?:login|setup)/;
/** Pages without the bar of five places at the foot of a phone. */
const NO_TABS = /^\/(?:tv|videos)/;

/** Holds the app's one player, also while pages change; without a page of its own it stands at the lower right. */
export const PlayerDock = () => {
  const now = useStore(act);
  const path = usePathname();
  const router = useRouter();
  const docked = now !== null && now.slot === null;
  const outside = OUTSIDE.test(path);
  useEffect(() => {
    if (outside) endAct();
  }, [outside]);
  useEffect(() => {
    document.documentElement.toggleAttribute('data-docked', docked);
  }, [docked]);
  const { slot: _slot, href = '/', ...props } = now ?? {};
  return (
    <>
      <div
        ref={setDock}
        className={cn(
          'fixed z-30 overflow-hidden bg-black shadow-(--shadow-3)',
          'sm:right-4 sm:bottom-[calc(var(--size-strip)+16px)] sm:h-[236px] sm:w-[320px] sm:animate-[rise_160ms_var(--ease-out)] sm:rounded-lg',
          'max-sm:inset-x-0 max-sm:h-16',
          NO_TABS.test(path)
            ? 'max-sm:bottom-0 max-sm:h-[calc(64px+env(safe-area-inset-bottom))] max-sm:pb-[env(safe-area-inset-bottom)]'
            : 'max-sm:bottom-[calc(60px+env(safe-area-inset-bottom))]',
          !docked && 'hidden',
        )}
      />
      {now
        ? createPortal(
            <PlayerView
              {...props}
              source={now.source}
              {...(docked ? { docked: { onBack: () => router.push(href), onClose: endAct } } : {})}
            />,
            playerBox(),
          )
        : null}
    </>
  );
};
