import { Volume1, Volume2, VolumeX } from 'lucide-react';
import { PlayerButton } from './player-button';
import type { PlayerRequest, PlayerState } from './types';

type VolumeProps = { state: PlayerState; request: (request: PlayerRequest) => void };

/** Mute, and a slider that unfolds beside it where a mouse or keys can reach it. */
export const Volume = ({ state, request }: VolumeProps) => {
  const silent = state.muted || state.volume === 0;
  const Icon = silent ? VolumeX : state.volume < 0.5 ? Volume1 : Volume2;
  const share = silent ? 0 : state.volume;
  return (
    <span className="group/volume flex items-center">
      <PlayerButton
        label={silent ? 'Sound on' : 'Sound off'}
        onClick={() =>
          state.volume === 0
            ? request({ type: 'volume', to: 0.5 })
            : request({ type: 'mute', muted: !state.muted })
        }
      >
        <Icon aria-hidden />
      </PlayerButton>
      <input
        type="range"
        aria-label="Volume"
        min={0}
        max={100}
        step={5}
        value={Math.round(share * 100)}
        onChange={(event) => request({ type: 'volume', to: Number(event.target.value) / 100 })}
        style={{ backgroundSize: `${share * 100}% 100%` }}
        className={
          'h-1 w-0 appearance-none rounded-full bg-white/30 bg-linear-to-r from-white to-white bg-no-repeat opacity-0 transition-[width,opacity,margin] duration-(--duration-base) pointer-coarse:hidden ' +
          'group-focus-within/volume:mx-1.5 group-focus-within/volume:w-16 group-focus-within/volume:opacity-100 group-hover/volume:mx-1.5 group-hover/volume:w-16 group-hover/volume:opacity-100 ' +
          '[&::-moz-range-thumb]:size-3 [&::-moz-range-thumb]:rounded-full [&::-moz-range-thumb]:border-0 [&::-moz-range-thumb]:bg-white ' +
          '[&::-webkit-slider-thumb]:size-3 [&::-webkit-slider-thumb]:appearance-none [&::-webkit-slider-thumb]:rounded-full [&::-webkit-slider-thumb]:bg-white'
        }
      />
    </span>
  );
};
