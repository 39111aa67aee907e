import {
  ChevronDown,
  ChevronUp,
  Info,
  Maximize,
  Minimize,
  Pause,
  PictureInPicture2,
  Play,
  RotateCcw,
} from 'lucide-react';
import type { RefObject } from 'react';
import { formatClock } from '@/lib/units/format';
import { cn } from '../ui/cn';
import { LiveButton } from './live-button';
import { PlayerButton } from './player-button';
import { QualityMenu } from './quality-menu';
import { Scrub } from './scrub';
import type { PlayerRequest, PlayerState } from './types';
import type { Screens } from './use-screens';
import { Volume } from './volume';

/** The channel on the screen and the way to its neighbours. */
export type ChannelStep = { label: string; onStep: (step: 1 | -1) => void };

type ControlsProps = {
  state: PlayerState;
  request: (request: PlayerRequest) => void;
  screens: Screens;
  channel: ChannelStep | undefined;
  visible: boolean;
  root: RefObject<HTMLElement | null>;
  menuOpen: boolean;
  onMenu: (open: boolean) => void;
  infoOpen: boolean;
  onInfo: () => void;
};

const PlayButton = ({ state, request }: Pick<ControlsProps, 'state' | 'request'>) => {
  const running = state.phase === 'playing' || state.phase === 'waiting';
  const label = state.phase === 'ended' ? 'Play again' : running ? 'Pause' : 'Play';
  return (
    <PlayerButton label={label} onClick={() => request({ type: 'toggle' })}>
      {state.phase === 'ended' ? (
        <RotateCcw aria-hidden />
      ) : running ? (
        <Pause aria-hidden fill="currentColor" strokeWidth={0} />
      ) : (
        <Play aria-hidden fill="currentColor" strokeWidth={0} />
      )}
    </PlayerButton>
  );
};

const ChannelButtons = ({ label, onStep }: ChannelStep) => (
  <span className="ml-1 flex h-8 items-center rounded-md bg-white/10 font-[620] text-label [font-stretch:112%] @max-md/player:hidden">
    <PlayerButton label="Previous channel" className="h-8 w-[30px] [&_svg]:size-4" onClick={() => onStep(-1)}>
      <ChevronDown aria-hidden />
    </PlayerButton>
    {label}
    <PlayerButton label="Next channel" className="h-8 w-[30px] [&_svg]:size-4" onClick={() => onStep(1)}>
      <ChevronUp aria-hidden />
    </PlayerButton>
  </span>
);

const Time = ({ state }: { state: PlayerState }) => (
  <span className="ml-2 whitespace-nowrap font-[560] tabular-nums">
    {formatClock(state.currentTime)}
    <span className="text-white/70"> / {state.duration > 0 ? formatClock(state.duration) : '–:––'}</span>
  </span>
);

const Right = ({ state, request, screens, root, menuOpen, onMenu, infoOpen, onInfo }: ControlsProps) => (
  <span className="ml-auto flex items-center gap-1">
    <QualityMenu state={state} request={request} root={root} open={menuOpen} onOpenChange={onMenu} />
    <PlayerButton
      label="Stream information"
      aria-expanded={infoOpen}
      className={cn(infoOpen && 'bg-white/14')}
      onClick={onInfo}
    >
      <Info aria-hidden />
    </PlayerButton>
    {screens.mayPip ? (
      <PlayerButton
        label="Picture in picture"
        aria-pressed={screens.pip}
        className="@max-md/player:hidden"
        onClick={screens.togglePip}
      >
        <PictureInPicture2 aria-hidden />
      </PlayerButton>
    ) : null}
    {screens.mayFullscreen ? (
      <PlayerButton
        label={screens.fullscreen ? 'Leave full screen' : 'Full screen'}
        onClick={screens.toggleFullscreen}
      >
        {screens.fullscreen ? <Minimize aria-hidden /> : <Maximize aria-hidden />}
      </PlayerButton>
    ) : null}
  </span>
);

/** The bar at the foot of the picture: scrub above, buttons below. */
export const Controls = (props: ControlsProps) => {
  const { state, request, channel, visible } = props;
  if (state.phase === 'failed' || state.phase === 'empty') return null;
  return (
    <div
      className={cn(
        'absolute inset-x-0 bottom-0 bg-linear-to-t from-[rgb(5_3_12/.86)] to-transparent px-4 pt-16 pb-2 transition-opacity duration-(--duration-base) @max-md/player:px-3 @max-md/player:pb-1',
        'pointer-events-none *:pointer-events-auto',
        visible ? 'opacity-100' : 'opacity-0 *:pointer-events-none',
      )}
    >
      <Scrub state={state} request={request} />
      <div className="flex h-10 items-center gap-0.5 text-body pointer-coarse:h-11">
        <PlayButton state={state} request={request} />
        <Volume state={state} request={request} />
        {channel ? <ChannelButtons {...channel} /> : null}
        {state.live && state.started ? <LiveButton state={state} request={request} /> : null}
        {state.live ? null : <Time state={state} />}
        <Right {...props} />
      </div>
    </div>
  );
};
