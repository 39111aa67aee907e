import { CircleAlert, LoaderCircle, Play, RotateCcw, Unplug, VolumeX } from 'lucide-react';
import { type MouseEvent, useRef } from 'react';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import type { PlayerRequest, PlayerSource, PlayerState } from './types';

type OverlayProps = {
  state: PlayerState;
  source: PlayerSource;
  request: (request: PlayerRequest) => void;
  onFullscreen: () => void;
  awake: boolean;
};

const Poster = ({ src }: { src: string }) => (
  <img src={src} alt="" className="absolute inset-0 size-full object-contain" draggable={false} />
);

/** Says what failed and what to do; the only thing over the picture then. */
const Failed = ({ state, request }: Pick<OverlayProps, 'state' | 'request'>) => (
  <div
    role="alert"
    className="absolute inset-0 grid place-content-center justify-items-center gap-3 bg-[rgb(5_3_12/.9)] p-6 text-center"
  >
    <CircleAlert aria-hidden className="size-7 text-[#FF7285]" />
    <p className="max-w-[46ch] font-[560] text-lead">{state.error?.sentence}</p>
    <Button tone="primary" onClick={() => request({ type: 'retry' })}>
      <RotateCcw aria-hidden />
      Try again
    </Button>
    <p className="mono text-white/70 @max-sm/player:hidden">{state.error?.code}</p>
  </div>
);

/** The server said why there is no picture; the player tries again by itself meanwhile. */
const Calm = ({ sentence }: { sentence: string }) => (
  <div
    role="status"
    className="pointer-events-none absolute inset-0 grid place-content-center justify-items-center gap-2.5 bg-[rgb(5_3_12/.72)] p-6 pb-16 text-center"
  >
    <Unplug aria-hidden className="size-7 text-[#FFBC5C]" />
    <p className="max-w-[48ch] text-balance font-[560] text-lead @max-md/player:text-body">{sentence}</p>
    <p className="text-label text-white/75">Trying again by itself</p>
  </div>
);

/** Said beside a picture that plays on. */
const Aside = ({ sentence }: { sentence: string }) => (
  <p
    role="status"
    className="-translate-x-1/2 pointer-events-none absolute top-3 left-1/2 w-max max-w-[min(52ch,calc(100%-24px))] animate-[rise_160ms_var(--ease-out)] text-balance rounded-[8px] bg-[rgb(16_13_26/.88)] px-3 py-2 text-center text-body"
  >
    {sentence}
  </p>
);

const Centre = ({ state, request }: Pick<OverlayProps, 'state' | 'request'>) => {
  const waits = state.phase === 'loading' || state.phase === 'waiting';
  if (waits && state.notice !== null && state.noticeFromServer) return <Calm sentence={state.notice} />;
  if (waits) {
    return (
      <div
        role="status"
        className="late pointer-events-none absolute inset-0 grid place-content-center justify-items-center gap-2.5"
      >
        <LoaderCircle
          aria-hidden
          className="size-9 animate-spin text-white drop-shadow-[0_1px_6px_rgb(0_0_0/.7)]"
        />
        {state.notice ? (
          <span className="max-w-[44ch] rounded-md bg-[rgb(16_13_26/.8)] px-2.5 py-1 text-center text-label">
            {state.notice}
          </span>
        ) : (
          <span className="sr-only">Loading</span>
        )}
      </div>
    );
  }
  if (state.started || state.phase !== 'paused') return null;
  return (
    <button
      type="button"
      aria-label="Play"
      onClick={() => request({ type: 'play' })}
      className="-translate-1/2 absolute top-1/2 left-1/2 grid size-16 place-items-center rounded-full bg-white text-[#16121F] shadow-[0_8px_30px_rgb(0_0_0/.45)] transition-transform duration-(--duration-fast) hover:scale-105 focus-visible:outline-white @max-sm/player:size-14"
    >
      <Play aria-hidden fill="currentColor" strokeWidth={0} className="ml-1 size-7" />
    </button>
  );
};

/** The click on the picture, what turns while it loads, what is said when it fails. */
export const Overlay = ({ state, source, request, onFullscreen, awake }: OverlayProps) => {
  const touched = useRef(false);
  const onClick = (event: MouseEvent): void => {
    if (touched.current || event.detail > 1) return;
    request({ type: 'toggle' });
  };
  return (
    <>
      {source.poster && !state.started ? <Poster src={source.poster} /> : null}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a bigger target for the mouse; keys and buttons do the same */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above */}
      <div
        data-picture
        className={cn('absolute inset-0', !awake && state.phase === 'playing' && 'cursor-none')}
        onPointerDown={(event) => {
          touched.current = event.pointerType !== 'mouse';
        }}
        onClick={onClick}
        onDoubleClick={onFullscreen}
      />
      {state.phase === 'failed' ? (
        <Failed state={state} request={request} />
      ) : (
        <Centre state={state} request={request} />
      )}
      {state.phase === 'empty' ? (
        <p className="absolute inset-0 grid place-content-center bg-black/60 p-6 text-center text-lead">
          This is still being prepared. It plays here as soon as the first part is ready.
        </p>
      ) : null}
      {state.aside !== null && state.phase !== 'failed' ? <Aside sentence={state.aside} /> : null}
      {state.mutedByBrowser && state.muted ? (
        <button
          type="button"
          onClick={() => request({ type: 'mute', muted: false })}
          className="absolute top-3 left-3 flex h-9 items-center gap-2 rounded-md bg-[rgb(16_13_26/.88)] px-3 font-[560] hover:bg-[rgb(40_33_66/.95)] pointer-coarse:h-11"
        >
          <VolumeX aria-hidden className="size-4" />
          Turn the sound on
        </button>
      ) : null}
    </>
  );
};
