'use client';

import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useStore } from '../shell/use-store';
import { cn } from '../ui/cn';
import { type ChannelStep, Controls } from './controls';
import { PlayerEngine } from './engine';
import { Overlay } from './overlay';
import type { PlayerApi, PlayerLinks, PlayerSource } from './types';
import { useAwake } from './use-awake';
import { useKeys } from './use-keys';
import { useScreens } from './use-screens';

export type PlayerViewProps = {
  source: PlayerSource;
  autoplay?: boolean;
  muted?: boolean;
  /** Fresh links of the same source; asked at 80 % of their life and when one is refused. */
  refresh?: () => Promise<PlayerLinks>;
  /** Shows channel − / + among the controls and listens to Page Up / Page Down. */
  channel?: ChannelStep;
  className?: string;
  ref?: Ref<PlayerApi>;
};

/** One engine for the life of the component; a new source is given to the same engine. */
const useEngine = (props: PlayerViewProps) => {
  const host = useRef<HTMLDivElement>(null);
  const [engine, setEngine] = useState<PlayerEngine | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const renewable = props.refresh !== undefined;
  useEffect(() => {
    const video = document.createElement('video');
    video.className = 'video-js size-full';
    video.playsInline = true;
    host.current?.append(video);
    const { source, autoplay = false, muted = false } = latest.current;
    const made = new PlayerEngine(video, source, {
      autoplay,
      muted,
      refresh: renewable ? () => latest.current.refresh?.() ?? Promise.reject(new Error('no links')) : null,
    });
    setEngine(made);
    return () => {
      made.dispose();
      setEngine(null);
      host.current?.replaceChildren();
    };
  }, [renewable]);
  const { source } = props;
  useEffect(() => engine?.load(source), [engine, source]);
  return { host, engine };
};

/** The picture with its controls; see `Player`. */
export const PlayerView = (props: PlayerViewProps) => {
  const { host, engine } = useEngine(props);
  const root = useRef<HTMLElement>(null);
  useImperativeHandle(
    props.ref,
    () => ({
      getQualities: () => engine?.state.get().qualities ?? [],
      getQuality: () => ({
        choice: engine?.state.get().choice ?? 'auto',
        current: engine?.state.get().quality ?? null,
      }),
      setQuality: (choice) => engine?.request({ type: 'quality', choice }),
      play: () => engine?.request({ type: 'play' }),
      pause: () => engine?.request({ type: 'pause' }),
      seek: (to) => engine?.request({ type: 'seek', to }),
    }),
    [engine],
  );
  return (
    <section
      ref={root}
      data-theme="dark"
      aria-label={`Player: ${props.source.title}`}
      className={cn(
        '@container/player group/player relative aspect-video w-full select-none overflow-hidden rounded-lg bg-black text-white outline-none',
        '[&:fullscreen]:rounded-none [&_.vjs-tech]:absolute [&_.vjs-tech]:inset-0 [&_.vjs-tech]:size-full',
        props.className,
      )}
    >
      <div ref={host} className="absolute inset-0 [&>.video-js]:absolute [&>.video-js]:inset-0" />
      {engine ? <Surface {...props} engine={engine} root={root} /> : null}
    </section>
  );
};

type SurfaceProps = PlayerViewProps & { engine: PlayerEngine; root: React.RefObject<HTMLElement | null> };

/** What lies over the picture; mirrors the state into data attributes of the root. */
const Surface = ({ engine, root, source, channel }: SurfaceProps) => {
  const state = useStore(engine.state);
  const screens = useScreens(root);
  const [menuOpen, setMenuOpen] = useState(false);
  const awake = useAwake(root, state.phase === 'playing' && !menuOpen);
  useKeys(root, engine, screens, channel);
  useEffect(() => {
    const facts: Record<string, string> = {
      state: state.phase,
      mode: state.mode ?? '',
      live: String(state.live),
      quality: state.quality ?? '',
      choice: state.choice,
      currentTime: state.currentTime.toFixed(2),
      duration: Number.isFinite(state.duration) ? state.duration.toFixed(2) : '',
      error: state.error?.code ?? '',
      awake: String(awake),
    };
    if (root.current) Object.assign(root.current.dataset, facts);
  }, [state, awake, root]);
  const request = (r: Parameters<PlayerEngine['request']>[0]): void => engine.request(r);
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
      />
    </>
  );
};
