import dynamic from 'next/dynamic';
import { type RefObject, useState } from 'react';
import { useStore } from '../shell/use-store';
import { type ChannelStep, Controls } from './controls';
import type { PlayerEngine } from './engine';
import { Overlay } from './overlay';
import type { PlayerSource } from './types';
import { useAwake } from './use-awake';
import { type PageAction, useKeys } from './use-keys';
import { useMirror } from './use-mirror';
import { useScreens } from './use-screens';

// A slow line brings the picture before what few people open.
const InfoPanel = dynamic(() => import('./info-panel').then((m) => m.InfoPanel), { ssr: false });
const HelpPanel = dynamic(() => import('./help-panel').then((m) => m.HelpPanel), { ssr: false });

export type SurfaceProps = {
  engine: PlayerEngine;
  root: RefObject<HTMLElement | null>;
  source: PlayerSource;
  channel: ChannelStep | undefined;
};

/** What lies over the picture at its full size. */
export const Surface = ({ engine, root, source, channel }: SurfaceProps) => {
  const state = useStore(engine.state);
  const screens = useScreens(root);
  const [menuOpen, setMenuOpen] = useState(false);
  const [panel, setPanel] = useState<'info' | 'help' | null>(null);
  const toggle = (name: 'info' | 'help'): void => setPanel((open) => (open === name ? null : name));
  const awake = useAwake(root, state.phase === 'playing' && !menuOpen);
  const onAction = (action: PageAction): boolean => {
    if (action.type === 'channel') channel?.onStep(action.step);
    else if (action.type === 'fullscreen') screens.toggleFullscreen();
    else if (action.type === 'pip') screens.togglePip();
    else toggle(action.type);
    return action.type !== 'channel' || channel !== undefined;
  };
  useKeys({ root, engine, onlyInside: false, onAction });
  useMirror(root, state, awake);
  const request = (r: Parameters<PlayerEngine['request']>[0]): void => engine.request(r);
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
        visible={awake || state.phase !== 'playing'}
        root={root}
        menuOpen={menuOpen}
        onMenu={setMenuOpen}
        infoOpen={panel === 'info'}
        onInfo={() => toggle('info')}
      />
      {panel === 'info' ? (
        <InfoPanel engine={engine} state={state} source={source} root={root} onClose={close} />
      ) : null}
      {panel === 'help' ? <HelpPanel channels={channel !== undefined} root={root} onClose={close} /> : null}
    </>
  );
};
