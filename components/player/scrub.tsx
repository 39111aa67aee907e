import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { Chapter } from '@/lib/contract/videos';
import { formatClock } from '@/lib/units/format';
import { cn } from '../ui/cn';
import { ScrubPreview } from './scrub-preview';
import type { PlayerRequest, PlayerState } from './types';

type ScrubProps = {
  state: PlayerState;
  request: (request: PlayerRequest) => void;
  storyboard: string | null;
  chapters: readonly Chapter[];
};

/** A live window shorter than this is only a line: there is nothing to seek to. */
const MIN_LIVE_WINDOW_SECONDS = 90;

const share = (at: number, from: number, to: number): number =>
  to > from ? Math.min(1, Math.max(0, (at - from) / (to - from))) : 0;

/** What a key asks for while the bar has the focus. */
function stepOf(key: string, { seekFrom, seekTo, live }: PlayerState): PlayerRequest | undefined {
  const steps: Record<string, PlayerRequest> = {
    ArrowLeft: { type: 'step', by: -5 },
    ArrowRight: { type: 'step', by: 5 },
    PageDown: { type: 'step', by: -30 },
    PageUp: { type: 'step', by: 30 },
    Home: { type: 'seek', to: seekFrom },
    End: live ? { type: 'edge' } : { type: 'seek', to: seekTo },
  };
  return steps[key];
}

/** A live picture without a window to seek in: a line that says it runs. */
const LiveLine = ({ started }: { started: boolean }) => (
  <div aria-hidden className="flex h-4 items-center">
    <div className={cn('h-1 w-full rounded-[2px]', started ? 'bg-[#8C6BFF]' : 'bg-white/24')} />
  </div>
);

/** Gaps in the bar where chapters begin. */
const Marks = ({ chapters, percent }: { chapters: readonly Chapter[]; percent: (at: number) => string }) =>
  chapters
    .filter(({ startSeconds }) => startSeconds > 0.5)
    .map(({ startSeconds }) => (
      <i
        key={startSeconds}
        data-chapter
        className="-translate-x-1/2 absolute inset-y-0 w-[3px] bg-[rgb(5_3_12/.9)]"
        style={{ left: percent(startSeconds) }}
      />
    ));

/** The position bar: 4 px, thicker under the pointer, with what is there above it; the seek happens on release. */
export const Scrub = ({ state, request, storyboard, chapters }: ScrubProps) => {
  const track = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<number | null>(null);
  const [drag, setDrag] = useState<number | null>(null);
  const { seekFrom, seekTo, currentTime, bufferedTo, live, behindSeconds } = state;
  if (live && seekTo - seekFrom < MIN_LIVE_WINDOW_SECONDS) return <LiveLine started={state.started} />;
  const at = (event: PointerEvent): number => {
    const box = track.current?.getBoundingClientRect();
    return box ? seekFrom + share(event.clientX, box.left, box.right) * (seekTo - seekFrom) : currentTime;
  };
  const shown = drag ?? currentTime;
  const label = (seconds: number): string =>
    live ? `−${formatClock(seekTo - seconds)}` : formatClock(seconds);
  const onKey = (event: KeyboardEvent): void => {
    const step = stepOf(event.key, state);
    if (!step) return;
    event.preventDefault();
    request(step);
  };
  const percent = (seconds: number): string => `${share(seconds, seekFrom, seekTo) * 100}%`;
  const bubble = drag ?? hover;
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label="Position"
      aria-valuemin={Math.floor(seekFrom)}
      aria-valuemax={Math.floor(seekTo)}
      aria-valuenow={Math.floor(shown)}
      aria-valuetext={
        live && behindSeconds !== null
          ? `${Math.round(behindSeconds)} seconds behind live`
          : `${formatClock(shown)} of ${formatClock(seekTo)}`
      }
      className="group/scrub relative flex h-4 cursor-pointer touch-none items-center rounded-sm focus-visible:outline-white pointer-coarse:h-8"
      onKeyDown={onKey}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag(at(event));
      }}
      onPointerMove={(event) => (drag === null ? setHover(at(event)) : setDrag(at(event)))}
      onPointerUp={(event) => {
        if (drag !== null) request({ type: 'seek', to: at(event) });
        setDrag(null);
      }}
      onPointerCancel={() => setDrag(null)}
      onPointerLeave={() => setHover(null)}
    >
      <div
        ref={track}
        className="relative h-1 w-full overflow-hidden rounded-[2px] bg-white/24 transition-[height] duration-(--duration-fast) group-hover/scrub:h-1.5"
      >
        <i className="absolute inset-y-0 left-0 bg-white/34" style={{ width: percent(bufferedTo) }} />
        <i className="absolute inset-y-0 left-0 bg-[#8C6BFF]" style={{ width: percent(shown) }} />
        <Marks chapters={chapters} percent={percent} />
      </div>
      <i
        aria-hidden
        className="-translate-x-1/2 absolute size-3.5 rounded-full bg-white shadow-[0_0_0_4px_rgb(140_107_255/.35)]"
        style={{ left: percent(shown) }}
      />
      {bubble === null ? null : (
        <ScrubPreview
          seconds={bubble}
          label={label(bubble)}
          left={percent(bubble)}
          storyboard={storyboard}
          chapters={chapters}
        />
      )}
    </div>
  );
};
