import { AudioLines, Bookmark, Captions, Gauge, Info, Keyboard, SlidersHorizontal } from 'lucide-react';
import type { RefObject } from 'react';
import type { Chapter } from '@/lib/contract/videos';
import { formatClock } from '@/lib/units/format';
import { chapterAt } from './chapters';
import { MenuFrame } from './menu-frame';
import { Choice, Entry } from './menu-line';
import { choiceHere, choiceLabel, isComing } from './quality';
import { SPEEDS, speedLabel } from './speeds';
import type { PlayerRequest, PlayerState, Quality } from './types';

export type MenuPage = 'settings' | 'quality' | 'speed' | 'subtitles' | 'sound' | 'chapters';

const TITLES: Record<MenuPage, string> = {
  settings: 'Settings',
  quality: 'Quality',
  speed: 'Speed',
  subtitles: 'Subtitles',
  sound: 'Sound',
  chapters: 'Chapters',
};

type MenuProps = {
  state: PlayerState;
  chapters: readonly Chapter[];
  request: (request: PlayerRequest) => void;
  root: RefObject<HTMLElement | null>;
  page: MenuPage;
  /** Opened from the list of all settings, to which it goes back. */
  nested: boolean;
  onPage: (page: MenuPage) => void;
  onPanel: (panel: 'info' | 'help') => void;
  onClose: () => void;
};
type PageProps = MenuProps & { sheet: boolean; choose: (request: PlayerRequest) => void };

/** All that can be set while a source plays: one menu, whose pages can also be opened by themselves. */
export const Menu = (props: MenuProps) => {
  const { page, nested, request, root, onPage, onClose } = props;
  const Page = PAGES[page];
  const choose = (asked: PlayerRequest): void => {
    request(asked);
    onClose();
  };
  return (
    <MenuFrame
      title={TITLES[page]}
      root={root}
      onBack={nested ? () => onPage('settings') : null}
      onClose={onClose}
    >
      {(sheet) => <Page {...props} sheet={sheet} choose={choose} />}
    </MenuFrame>
  );
};

const labelOf = (tracks: readonly { id: string; label: string }[], id: string | null): string =>
  tracks.find((track) => track.id === id)?.label ?? 'Off';

const Settings = ({ state, chapters, sheet, onPage, onPanel, onClose }: PageProps) => {
  const { qualities, quality, rate, subtitles, subtitle, sounds, sound, currentTime } = state;
  const entry = (page: MenuPage, icon: React.ReactNode, value: string) => (
    <Entry label={TITLES[page]} icon={icon} value={value} sheet={sheet} onOpen={() => onPage(page)} />
  );
  const panel = (name: 'info' | 'help', label: string, icon: React.ReactNode) => (
    <Entry
      label={label}
      icon={icon}
      sheet={sheet}
      onOpen={() => {
        onClose();
        onPanel(name);
      }}
    />
  );
  return (
    <>
      {qualities.length > 0
        ? entry('quality', <SlidersHorizontal />, choiceLabel(qualities, choiceHere(state), quality))
        : null}
      {entry('speed', <Gauge />, speedLabel(rate))}
      {subtitles.length > 0 ? entry('subtitles', <Captions />, labelOf(subtitles, subtitle)) : null}
      {sounds.length > 0 ? entry('sound', <AudioLines />, labelOf(sounds, sound)) : null}
      {chapters.length > 0
        ? entry('chapters', <Bookmark />, chapterAt(chapters, currentTime)?.title ?? '')
        : null}
      <hr className="mx-2.5 my-1.5 border-white/11" />
      {panel('info', 'How this video comes', <Info />)}
      {panel('help', 'Keyboard shortcuts', <Keyboard />)}
    </>
  );
};

/** One unit for the whole column, so that the lines compare at a glance. */
const megabits = (bitsPerSecond: number): string => `${Math.max(0.1, bitsPerSecond / 1e6).toFixed(1)} Mb/s`;

/** What stands beside a quality: that it is on its way or cannot be had now, else its bit rate. */
const noteOf = ({ id, bandwidth }: Quality, state: PlayerState): string => {
  if (state.refused.includes(id)) return 'busy, later';
  if (isComing(id, state)) return 'starting';
  if (id === 'original') return 'as uploaded';
  return bandwidth === null ? '' : megabits(bandwidth);
};

const Qualities = ({ state, sheet, choose }: PageProps) => {
  const playing = state.qualities.some(({ id }) => id === state.quality);
  const chosen = choiceHere(state);
  return (
    <>
      <Choice
        label={choiceLabel(state.qualities, 'auto', state.choice === 'auto' ? state.quality : null)}
        note={state.choice === 'auto' && playing ? 'fits your line' : 'adapts'}
        on={state.choice === 'auto'}
        sheet={sheet}
        onChoose={() => choose({ type: 'quality', choice: 'auto' })}
      />
      {state.qualities.map((quality) => (
        <Choice
          key={quality.id}
          label={quality.label}
          note={noteOf(quality, state)}
          busy={isComing(quality.id, state)}
          on={chosen === quality.id}
          sheet={sheet}
          onChoose={() => choose({ type: 'quality', choice: quality.id })}
        />
      ))}
    </>
  );
};

const Speeds = ({ state, sheet, choose }: PageProps) =>
  SPEEDS.map((speed) => (
    <Choice
      key={speed}
      label={speedLabel(speed)}
      on={Math.abs(state.rate - speed) < 0.001}
      sheet={sheet}
      onChoose={() => choose({ type: 'rate', to: speed })}
    />
  ));

const SubtitleLines = ({ state, sheet, choose }: PageProps) =>
  [{ id: null, label: 'Off' }, ...state.subtitles].map(({ id, label }) => (
    <Choice
      key={id}
      label={label}
      on={state.subtitle === id}
      sheet={sheet}
      onChoose={() => choose({ type: 'subtitle', id })}
    />
  ));

const Sounds = ({ state, sheet, choose }: PageProps) =>
  state.sounds.map(({ id, label }) => (
    <Choice
      key={id}
      label={label}
      on={state.sound === id}
      sheet={sheet}
      onChoose={() => choose({ type: 'sound', id })}
    />
  ));

const Chapters = ({ state, chapters, sheet, choose }: PageProps) => {
  const now = chapterAt(chapters, state.currentTime);
  return chapters.map((chapter) => (
    <Choice
      key={chapter.startSeconds}
      label={chapter.title}
      note={formatClock(chapter.startSeconds)}
      on={chapter === now}
      sheet={sheet}
      onChoose={() => choose({ type: 'seek', to: chapter.startSeconds })}
    />
  ));
};

const PAGES: Record<MenuPage, (props: PageProps) => React.ReactNode> = {
  settings: Settings,
  quality: Qualities,
  speed: Speeds,
  subtitles: SubtitleLines,
  sound: Sounds,
  chapters: Chapters,
};
