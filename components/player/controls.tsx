import {
  Captions,
  ChevronDown,
  ChevronRight,
  ChevronUp,
  Info,
  Maximize,
  Minimize,
  Pause,
  PictureInPicture2,
  Play,
  RotateCcw,
  Settings,
} from 'lucide-react';
import type { Chapter } from '@/lib/contract/videos';
import { formatClock } from '@/lib/units/format';
import { cn } from '../ui/cn';
import { chapterAt } from './chapters';
import { LiveButton } from './live-button';
import type { MenuPage } from './menu';
import { OPENER } from './menu-opener';
import { PlayerButton } from './player-button';
import { QualityButton } from './quality-button';
import { Scrub } from './scrub';
import type { PlayerRequest, PlayerSource, PlayerState } from './types';
import type { Screens } from './use-screens';
import { Volume } from './volume';

/** The channel on the screen and the way to its neighbours. */
export type ChannelStep = { label: string; onStep: (step: 1 | -1) => void };

type ControlsProps = {
  state: PlayerState;
  source: PlayerSource;
  request: (request: PlayerRequest) => void;
  screens: Screens;
  channel: ChannelStep | undefined;
  visible: boolean;
  /** The page on which the menu was opened; null while it is closed. */
  menu: MenuPage | null;
  onMenu: (page: MenuPage) => void;
  infoOpen: boolean;
  onInfo: () => void;
};

const NO_CHAPTERS: readonly Chapter[] = [];

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
    <span className="text-white/70">
      {' / '}
      {state.duration > 0 ? formatClock(state.duration) : '–:––'}
      {state.growing ? <span className="@max-md/player:hidden"> so far</span> : null}
    </span>
  </span>
);

/** The chapter that runs, and the way to the others. */
const ChapterButton = ({ state, source, menu, onMenu }: ControlsProps) => {
  const chapter = chapterAt(source.chapters ?? [], state.currentTime);
  if (!chapter) return null;
  return (
    <button
      type="button"
      aria-haspopup="menu"
      aria-expanded={menu === 'chapters'}
      aria-label={`Chapter: ${chapter.title}`}
      {...OPENER}
      onClick={() => onMenu('chapters')}
      className="hit relative ml-1 flex h-8 min-w-0 items-center gap-1 rounded-md px-2 font-[520] text-white/85 hover:bg-white/12 focus-visible:outline-white @max-2xl/player:hidden [&_svg]:size-4"
    >
      <span className="truncate">{chapter.title}</span>
      <ChevronRight aria-hidden className="shrink-0" />
    </button>
  );
};

const VideoButtons = ({ state, request, menu, onMenu }: ControlsProps) => (
  <>
    {state.subtitles.length > 0 ? (
      <PlayerButton
        label={state.subtitle === null ? 'Subtitles on' : 'Subtitles off'}
        aria-pressed={state.subtitle !== null}
        className={cn(
          '@max-md/player:hidden',
          state.subtitle !== null &&
            'after:absolute after:inset-x-2 after:bottom-1 after:h-[3px] after:rounded-full after:bg-[#8C6BFF]',
        )}
        onClick={() => request({ type: 'captions' })}
      >
        <Captions aria-hidden />
      </PlayerButton>
    ) : null}
    <PlayerButton
      label="Settings"
      aria-haspopup="menu"
      aria-expanded={menu === 'settings'}
      {...OPENER}
      className={cn(menu === 'settings' && 'bg-white/14')}
      onClick={() => onMenu('settings')}
    >
      <Settings aria-hidden />
    </PlayerButton>
  </>
);

const Right = (props: ControlsProps) => {
  const { state, screens, menu, onMenu, infoOpen, onInfo } = props;
  return (
    <span className="ml-auto flex items-center gap-1">
      <QualityButton state={state} open={menu === 'quality'} onOpen={() => onMenu('quality')} />
      {state.live ? null : <VideoButtons {...props} />}
      <PlayerButton
        label="Stream information"
        aria-expanded={infoOpen}
        className={cn(infoOpen && 'bg-white/14', !state.live && '@max-md/player:hidden')}
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
};

/** The bar at the foot of the picture: scrub above, buttons below. */
export const Controls = (props: ControlsProps) => {
  const { state, source, request, channel, visible } = props;
  if (state.phase === 'failed' || state.phase === 'empty') return null;
  return (
    <div
      className={cn(
        'absolute inset-x-0 bottom-0 bg-linear-to-t from-[rgb(5_3_12/.86)] to-transparent px-4 pt-16 pb-2 transition-opacity duration-(--duration-base) @max-md/player:px-3 @max-md/player:pb-1',
        'pointer-events-none *:pointer-events-auto',
        visible ? 'opacity-100' : 'opacity-0 *:pointer-events-none',
      )}
    >
      <Scrub
        state={state}
        request={request}
        storyboard={source.storyboard ?? null}
        chapters={source.chapters ?? NO_CHAPTERS}
      />
      <div className="flex h-10 items-center gap-0.5 text-body pointer-coarse:h-11">
        <PlayButton state={state} request={request} />
        <Volume state={state} request={request} />
        {channel ? <ChannelButtons {...channel} /> : null}
        {state.live && state.started ? <LiveButton state={state} request={request} /> : null}
        {state.live ? null : <Time state={state} />}
        {state.live ? null : <ChapterButton {...props} />}
        <Right {...props} />
      </div>
    </div>
  );
};
