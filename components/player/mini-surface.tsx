import { LoaderCircle, Maximize2, Pause, Play, X } from 'lucide-react';
import type { RefObject } from 'react';
import { useStore } from '../shell/use-store';
import { lazyPart } from '../ui/lazy-part';
import type { PlayerEngine } from './engine';
import { PlayerButton } from './player-button';
import type { PlayerSource } from './types';
import { useKeys } from './use-keys';
import { useMirror } from './use-mirror';

const Captions = lazyPart(() => import('./captions').then((m) => m.Captions));

type MiniProps = {
  engine: PlayerEngine;
  root: RefObject<HTMLElement | null>;
  source: PlayerSource;
  onBack: () => void;
  onClose: () => void;
};

/** The docked player: its picture leads back, beside it the title and three buttons. */
export const MiniSurface = ({ engine, root, source, onBack, onClose }: MiniProps) => {
  const state = useStore(engine.state);
  useKeys({ root, engine, onlyInside: true, onAction: () => false });
  useMirror(root, state, true);
  const running = state.phase === 'playing' || state.phase === 'waiting';
  const waits = state.phase === 'waiting' || state.phase === 'loading';
  const said = state.error?.sentence ?? (state.live ? 'Live' : 'Video');
  return (
    <>
      <button
        type="button"
        aria-label={`Back to ${source.title}`}
        onClick={onBack}
        className="absolute top-0 left-0 grid aspect-video w-full place-items-center focus-visible:outline-white focus-visible:[outline-offset:-3px] max-sm:h-full max-sm:w-auto"
      >
        {waits ? <LoaderCircle aria-hidden className="late size-6 animate-spin" /> : null}
      </button>
      {state.subtitle === null ? null : (
        // The picture on a phone is too small to be read.
        <div className="pointer-events-none absolute top-0 left-0 aspect-video w-full max-sm:hidden">
          <Captions subtitles={engine.subtitles} raised={false} />
        </div>
      )}
      <div className="flex min-h-0 min-w-0 flex-1 items-center gap-0.5 pr-1 pl-3">
        <div className="min-w-0 flex-1">
          <p className="truncate font-[600] text-body">{source.title}</p>
          <p className="truncate text-[#A9A3BE] text-label">{said}</p>
        </div>
        <PlayerButton
          label={running ? 'Pause' : 'Play'}
          className="pointer-coarse:size-11"
          onClick={() => engine.request({ type: 'toggle' })}
        >
          {running ? (
            <Pause aria-hidden fill="currentColor" strokeWidth={0} />
          ) : (
            <Play aria-hidden fill="currentColor" strokeWidth={0} />
          )}
        </PlayerButton>
        <PlayerButton label="Back to full size" className="pointer-coarse:size-11" onClick={onBack}>
          <Maximize2 aria-hidden />
        </PlayerButton>
        <PlayerButton label="Close the player" className="pointer-coarse:size-11" onClick={onClose}>
          <X aria-hidden />
        </PlayerButton>
      </div>
    </>
  );
};
