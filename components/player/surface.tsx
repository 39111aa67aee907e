import { type RefObject, useState } from 'react';
import { useStore } from '../shell/use-store';
import { lazyPart } from '../ui/lazy-part';
import { type ChannelStep, Controls } from './controls';
import type { PlayerEngine } from './engine';
import type { MenuPage } from './menu';
import { Overlay } from './overlay';
import { Resumed } from './resumed';
import type { PlayerRequest, PlayerSource } from './types';
import { useAwake } from './use-awake';
import { type PageAction, useKeys } from './use-keys';
import { useMirror } from './use-mirror';
import { useScreens } from './use-screens';

// A slow line brings the picture before what few people open.
const InfoPanel = lazyPart(() => import('./info-panel').then((m) => m.InfoPanel));
const Menu = lazyPart(() => import('./menu').then((m) => m.Menu));
const Captions = lazyPart(() => import('./captions').then((m) => m.Captions));
const HelpPanel = lazyPart(() => import('./help-panel').then((m) => m.HelpPanel));

export type SurfaceProps = {
  engine: PlayerEngine;
  root: RefObject<HTMLElement | null>;
  source: PlayerSource;
  channel: ChannelStep | undefined;
};

type Open = { entry: MenuPage; page: MenuPage; opener: Element | null };

/** Which page of the menu is open and where it was opened; closing gives the focus back to the button. */
const useMenuState = (root: RefObject<HTMLElement | null>) => {
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => {
    const inside = document.activeElement?.closest('[role="menu"]');
    if (inside && open?.opener instanceof HTMLElement) open.opener.focus({ preventScroll: true });
    else if (inside) root.current?.focus();
    setOpen(null);
  };
  return {
    entry: open?.entry ?? null,
    page: open?.page ?? null,
    toggle: (entry: MenuPage): void =>
      open?.entry === entry ? close() : setOpen({ entry, page: entry, opener: document.activeElement }),
    setPage: (page: MenuPage): void => setOpen((now) => now && { ...now, page }),
    close,
  };
};

/** What lies over the picture at its full size. */
export const Surface = ({ engine, root, source, channel }: SurfaceProps) => {
  const state = useStore(engine.state);
  const screens = useScreens(root);
  const menu = useMenuState(root);
  const [panel, setPanel] = useState<'info' | 'help' | null>(null);
  const toggle = (name: 'info' | 'help'): void => setPanel((open) => (open === name ? null : name));
  const awake = useAwake(root, state.phase === 'playing' && menu.page === null);
  const onAction = (action: PageAction): boolean => {
    if (action.type === 'channel') channel?.onStep(action.step);
    else if (action.type === 'fullscreen') screens.toggleFullscreen();
    else if (action.type === 'pip') screens.togglePip();
    else toggle(action.type);
    return action.type !== 'channel' || channel !== undefined;
  };
  useKeys({ root, engine, onlyInside: false, onAction });
  useMirror(root, state, awake);
  const request = (r: PlayerRequest): void => engine.request(r);
  const visible = awake || state.phase !== 'playing';
  const close = (): void => setPanel(null);
  return (
    <>
      <Overlay
        state={state}
        source={source}
        request={request}
        onFullscreen={screens.toggleFullscreen}
        awake={awake}
      />
      <Controls
        state={state}
        request={request}
        screens={screens}
        channel={channel}
        source={source}
        visible={visible}
        menu={menu.entry}
        onMenu={menu.toggle}
        infoOpen={panel === 'info'}
        onInfo={() => toggle('info')}
      />
      {state.subtitle === null ? null : <Captions subtitles={engine.subtitles} raised={visible} />}
      <Resumed state={state} request={request} />
      {menu.page === null ? null : (
        <Menu
          state={state}
          chapters={source.chapters ?? []}
          request={request}
          root={root}
          page={menu.page}
          nested={menu.entry === 'settings' && menu.page !== 'settings'}
          onPage={menu.setPage}
          onPanel={setPanel}
          onClose={menu.close}
        />
      )}
      {panel === 'info' ? (
        <InfoPanel engine={engine} state={state} source={source} root={root} onClose={close} />
      ) : null}
      {panel === 'help' ? (
        <HelpPanel live={state.live} channels={channel !== undefined} root={root} onClose={close} />
      ) : null}
    </>
  );
};
