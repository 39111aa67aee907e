import { RotateCcw } from 'lucide-react';
import { formatClock } from '@/lib/units/format';
import type { PlayerRequest, PlayerState } from './types';

type ResumedProps = { state: PlayerState; request: (request: PlayerRequest) => void };

/** Says that the video goes on where the viewer stopped, and offers the start. */
export const Resumed = ({ state, request }: ResumedProps) => {
  if (state.resumedAt === null || !state.started || state.phase === 'failed') return null;
  return (
    <p
      role="status"
      className="absolute bottom-[76px] left-4 flex animate-[rise_160ms_var(--ease-out)] items-center gap-1 rounded-[8px] bg-[rgb(16_13_26/.9)] py-1 pr-1 pl-3 text-body @max-md/player:left-3"
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
