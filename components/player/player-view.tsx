'use client';

import { type Ref, type RefObject, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react';
import { cn } from '../ui/cn';
import type { ChannelStep } from './controls';
import { PlayerEngine } from './engine';
import { MiniSurface } from './mini-surface';
import { Surface } from './surface';
import type { PlayerApi, PlayerLinks, PlayerSource } from './types';

export type PlayerViewProps = {
  source: PlayerSource;
  autoplay?: boolean;
  muted?: boolean;
  /** Fresh links of the same source; asked at 80 % of their life and when one is refused. */
  refresh?: () => Promise<PlayerLinks>;
  /** Remembers where the viewer is in a video; called now and then, and when it is left. */
  savePosition?: (sourceId: string, seconds: number) => void;
  /** Shows channel − / + among the controls and listens to Page Up / Page Down. */
  channel?: ChannelStep;
  /** Where it stands while its page is not open: small, with the way back. */
  docked?: { onBack: () => void; onClose: () => void };
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
    const { source, muted = false } = latest.current;
    const made = new PlayerEngine(video, source, {
      autoplay: () => latest.current.autoplay ?? false,
      muted,
      refresh: renewable ? () => latest.current.refresh?.() ?? Promise.reject(new Error('no links')) : null,
      savePosition: (id, seconds) => latest.current.savePosition?.(id, seconds),
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

/** The engine for pages and scripts: as `ref`, and as `siaran` of the player's element. */
const useApi = (
  ref: Ref<PlayerApi> | undefined,
  root: RefObject<HTMLElement | null>,
  engine: PlayerEngine | null,
): void => {
  const api = useMemo<PlayerApi>(
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
  useImperativeHandle(ref, () => api, [api]);
  useEffect(() => {
    if (root.current) Object.assign(root.current, { siaran: api });
  }, [root, api]);
};

/** The picture with its controls; see `Player`. It fills the place that it is given. */
export const PlayerView = (props: PlayerViewProps) => {
  const { source, channel, docked } = props;
  const { host, engine } = useEngine(props);
  const root = useRef<HTMLElement>(null);
  useApi(props.ref, root, engine);
  return (
    <section
      ref={root}
      data-theme="dark"
      data-docked={docked !== undefined}
      aria-label={`Player: ${source.title}`}
      className={cn(
        '@container/player group/player relative size-full select-none overflow-hidden rounded-[inherit] bg-black text-white outline-none',
        '[&:fullscreen]:rounded-none [&_.vjs-tech]:absolute [&_.vjs-tech]:inset-0 [&_.vjs-tech]:size-full',
        docked && 'flex flex-col bg-[rgb(24_21_35)] max-sm:flex-row',
      )}
    >
      <div
        ref={host}
        className={cn(
          '[&>.video-js]:absolute [&>.video-js]:inset-0',
          docked ? 'relative aspect-video shrink-0 bg-black max-sm:h-full' : 'absolute inset-0',
        )}
      />
      {engine && docked ? <MiniSurface engine={engine} root={root} source={source} {...docked} /> : null}
      {engine && !docked ? <Surface engine={engine} root={root} source={source} channel={channel} /> : null}
    </section>
  );
};
