import { speedStep } from './speeds';
import type { PlayerRequest, PlayerState } from './types';

/** What a key means to the player. */
export type KeyAction =
  | PlayerRequest
  | { type: 'fullscreen' | 'pip' | 'info' | 'help' }
  | { type: 'channel'; step: 1 | -1 };

type Known = Pick<PlayerState, 'volume' | 'muted' | 'live' | 'rate' | 'seekFrom' | 'seekTo'>;
type KeyPress = { key: string; inPlayer: boolean; state: Known };

const STEP_SECONDS = 5;
const LEAP_SECONDS = 10;
const VOLUME_STEP = 0.05;

/** What `?` lists; `only` live or videos. */
export const SHORTCUTS: readonly { keys: readonly string[]; what: string; only?: 'live' | 'vod' }[] = [
  { keys: ['Space', 'K'], what: 'Play or pause' },
  { keys: ['←', '→'], what: '5 seconds back or on' },
  { keys: ['J', 'L'], what: '10 seconds back or on' },
  { keys: ['0 – 9'], what: 'To the start, 10 %, … 90 %', only: 'vod' },
  { keys: ['Home', 'End'], what: 'To the start or the end', only: 'vod' },
  { keys: [',', '.'], what: 'One picture back or on', only: 'vod' },
  { keys: ['<', '>'], what: 'Slower or faster', only: 'vod' },
  { keys: ['C'], what: 'Subtitles on or off', only: 'vod' },
  { keys: ['↑', '↓'], what: 'Volume, in the player' },
  { keys: ['M'], what: 'Sound on or off' },
  { keys: ['F'], what: 'Full screen' },
  { keys: ['P'], what: 'Picture in picture' },
  { keys: ['Page up', 'Page down'], what: 'Next or previous channel', only: 'live' },
  { keys: ['I'], what: 'How this stream comes' },
  { keys: ['?'], what: 'These shortcuts' },
];

const inVideo = (key: string, { rate, seekFrom, seekTo }: Known): KeyAction | null => {
  if (/^[0-9]$/.test(key)) return { type: 'seek', to: seekFrom + ((seekTo - seekFrom) * Number(key)) / 10 };
  switch (key) {
    case 'Home':
      return { type: 'seek', to: seekFrom };
    case 'End':
      return { type: 'seek', to: seekTo };
    case ',':
      return { type: 'frame', by: -1 };
    case '.':
      return { type: 'frame', by: 1 };
    case '<':
      return { type: 'rate', to: speedStep(rate, -1) };
    case '>':
      return { type: 'rate', to: speedStep(rate, 1) };
    case 'c':
      return { type: 'captions' };
    default:
      return null;
  }
};

const onPlayer = (key: string, { inPlayer, state }: KeyPress): KeyAction | null => {
  switch (key) {
    case ' ':
    case 'k':
      return { type: 'toggle' };
    case 'ArrowLeft':
      return { type: 'step', by: -STEP_SECONDS };
    case 'ArrowRight':
      return { type: 'step', by: STEP_SECONDS };
    case 'j':
      return { type: 'step', by: -LEAP_SECONDS };
    case 'l':
      return { type: 'step', by: LEAP_SECONDS };
    case 'ArrowUp':
      return inPlayer ? { type: 'volume', to: state.volume + VOLUME_STEP } : null;
    case 'ArrowDown':
      return inPlayer ? { type: 'volume', to: state.volume - VOLUME_STEP } : null;
    case 'm':
      return { type: 'mute', muted: !state.muted };
    default:
      return null;
  }
};

const onPage = (key: string): KeyAction | null => {
  switch (key) {
    case 'f':
      return { type: 'fullscreen' };
    case 'p':
      return { type: 'pip' };
    case 'i':
      return { type: 'info' };
    case '?':
      return { type: 'help' };
    case 'PageUp':
      return { type: 'channel', step: 1 };
    case 'PageDown':
      return { type: 'channel', step: -1 };
    default:
      return null;
  }
};

/** What a key asks for (`SHORTCUTS`). Up and down turn the volume only while the player has the focus. */
export const keyAction = (press: KeyPress): KeyAction | null => {
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  return onPlayer(key, press) ?? onPage(key) ?? (press.state.live ? null : inVideo(key, press.state));
};

const TYPING =
  'input:not([type="range"]):not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable="true"]';
const OWN_KEYS =
  '[role="menu"], [role="listbox"], [role="dialog"], [role="tablist"], [role="radiogroup"], [role="grid"]';
const PRESSABLE = 'button, a, summary, [role="button"], input, [role="slider"]';

/** Whether the element that has the focus needs this key itself. */
export const isTaken = (target: Element, key: string): boolean => {
  if (target.closest(TYPING)) return true;
  if (target.closest(OWN_KEYS)) return true;
  if (key === ' ' || key === 'Enter') return target.closest(PRESSABLE) !== null;
  const moves = key.startsWith('Arrow') || key === 'Home' || key === 'End';
  return moves && target.closest('[role="slider"], input[type="range"]') !== null;
};
