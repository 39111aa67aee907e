import { RotateCcw } from 'lucide-react';
import { formatClock } from '@/lib/units/format';
import { cn } from '../ui/cn';
import type { PlayerRequest, PlayerState } from './types';

type ResumedProps = { state: PlayerState; request: (request: PlayerRequest) => void };

/** Says that the video goes on where the viewer stopped, and offers the start. */
export const Resumed = ({ state, request }: ResumedProps) => {
  if (state.resumedAt === null || !state.started || state.phase === 'failed') return null;
  return (
    <p
      role="status"
      className={cn(
        'absolute left-3 flex animate-[rise_160ms_var(--ease-out)] items-center gap-1 rounded-md bg-[rgb(16_13_26/.88)] py-0.5 pr-0.5 pl-3 text-body',
        // The button that turns the sound on stands there first.
        state.mutedByBrowser && state.muted ? 'top-14 pointer-coarse:top-16' : 'top-3',
      )}
    >
      <span className="tabular-nums">Resumed at {formatClock(state.resumedAt)}</span>
      <button
        type="button"
        onClick={() => {
          request({ type: 'seek', to: 0 });
          request({ type: 'play' });
        }}
        className="hit relative flex h-8 items-center gap-1.5 rounded-md px-2.5 font-[600] text-[#CFC2FF] hover:bg-white/10 focus-visible:outline-white [&_svg]:size-3.5"
      >
        <RotateCcw aria-hidden />
        Start over
      </button>
    </p>
  );
};
