import type { PlayerRequest, PlayerState } from './types';

/** What a key means to the player. */
export type KeyAction =
  | PlayerRequest
  | { type: 'fullscreen' | 'pip' | 'info' | 'help' }
  | { type: 'channel'; step: 1 | -1 };

type KeyPress = { key: string; inPlayer: boolean; state: Pick<PlayerState, 'volume' | 'muted'> };

const STEP_SECONDS = 5;
const LEAP_SECONDS = 10;
const VOLUME_STEP = 0.05;

/** What `?` lists. */
export const SHORTCUTS: readonly { keys: readonly string[]; what: string; live?: boolean }[] = [
  { keys: ['Space', 'K'], what: 'Play or pause' },
  { keys: ['←', '→'], what: '5 seconds back or on' },
  { keys: ['J', 'L'], what: '10 seconds back or on' },
  { keys: ['↑', '↓'], what: 'Volume, in the player' },
  { keys: ['M'], what: 'Sound on or off' },
  { keys: ['F'], what: 'Full screen' },
  { keys: ['P'], what: 'Picture in picture' },
  { keys: ['Page up', 'Page down'], what: 'Next or previous channel', live: true },
  { keys: ['I'], what: 'How this stream comes' },
  { keys: ['?'], what: 'These shortcuts' },
];

/** Space, k, arrows, j and l, m, f, p, i, ?, page up and down. Up and down turn the volume only while the player has the focus. */
export const keyAction = ({ key, inPlayer, state }: KeyPress): KeyAction | null => {
  switch (key.length === 1 ? key.toLowerCase() : key) {
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
  return key.startsWith('Arrow') && target.closest('[role="slider"], input[type="range"]') !== null;
};
