'use client';

import { type ComponentProps, type ComponentType, type ReactElement, useEffect, useState } from 'react';
import { loadPart } from '@/lib/client/parts';

export type MenuPanelProps = { trigger: ReactElement; startOpen: boolean };

type LazyMenuProps = ComponentProps<'button'> & {
  /** Loads the menu; asked for when the pointer or the focus comes near its button. */
  load: () => Promise<ComponentType<MenuPanelProps>>;
};

/** A button whose menu is loaded when somebody is about to open it, so that the first page does without it. */
export const LazyMenu = ({ load, children, ...button }: LazyMenuProps) => {
  const [wanted, setWanted] = useState<'no' | 'soon' | 'now'>('no');
  const [Panel, setPanel] = useState<ComponentType<MenuPanelProps> | null>(null);
  const near = wanted !== 'no';
  useEffect(() => {
    if (!near) return;
    let here = true;
    loadPart(load).then(
      (panel) => {
        if (here) setPanel(() => panel);
      },
      // The page says that it has to be loaded anew.
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [near, load]);
  const soon = (): void => setWanted((was) => (was === 'no' ? 'soon' : was));
  const trigger = (
    <button
      type="button"
      aria-haspopup="menu"
      {...button}
      {...(Panel ? {} : { onPointerEnter: soon, onFocus: soon, onClick: () => setWanted('now') })}
    >
      {children}
    </button>
  );
  return Panel ? <Panel trigger={trigger} startOpen={wanted === 'now'} /> : trigger;
};
