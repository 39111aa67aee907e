import { cn } from '../ui/cn';
import type { PlayerRequest, PlayerState } from './types';

const EDGE_SECONDS = 6;

type LiveButtonProps = { state: PlayerState; request: (request: PlayerRequest) => void };

/** At the edge a sign; behind it the distance, and the way back. */
export const LiveButton = ({ state, request }: LiveButtonProps) => {
  const behind = state.behindSeconds ?? 0;
  const atEdge = behind < EDGE_SECONDS && state.phase !== 'paused';
  const latency = Math.round(state.latencySeconds ?? behind);
  return (
    <button
      type="button"
      onClick={() => request({ type: 'edge' })}
      data-edge={atEdge}
      title={atEdge ? `Live, ${latency} s behind the source` : 'Back to live'}
      aria-label={atEdge ? 'Live' : `${latency} seconds behind. Back to live`}
      className={cn(
        'hit relative ml-1.5 inline-flex h-6 items-center gap-1.5 whitespace-nowrap rounded-[4px] px-2 font-[650] text-[11px] text-white tabular-nums leading-none [font-stretch:112%]',
        atEdge ? 'bg-[#D5163A]' : 'bg-white/16 hover:bg-white/24',
      )}
    >
      <i
        aria-hidden
        className={cn(
          'size-1.5 rounded-full',
          atEdge ? 'animate-[pulse-live_1.8s_var(--ease-in-out)_infinite] bg-white' : 'bg-white/60',
        )}
      />
      {atEdge ? 'Live' : `${latency} s behind`}
    </button>
  );
};
