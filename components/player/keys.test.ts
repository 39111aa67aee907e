import { describe, expect, it } from 'vitest';
import { keyAction } from './keys.ts';

const VIDEO = { volume: 0.5, muted: false, rate: 1, seekFrom: 0, seekTo: 200 };
const press = (key: string, inPlayer = false) =>
  keyAction({ key, inPlayer, state: { ...VIDEO, live: false } });

describe('the keys of the player', () => {
  it.each([
    [' ', { type: 'toggle' }],
    ['k', { type: 'toggle' }],
    ['K', { type: 'toggle' }],
    ['ArrowLeft', { type: 'step', by: -5 }],
    ['ArrowRight', { type: 'step', by: 5 }],
    ['f', { type: 'fullscreen' }],
    ['m', { type: 'mute', muted: true }],
    ['PageUp', { type: 'channel', step: 1 }],
    ['PageDown', { type: 'channel', step: -1 }],
    ['p', { type: 'pip' }],
    ['i', { type: 'info' }],
    ['?', { type: 'help' }],
    ['j', { type: 'step', by: -10 }],
    ['l', { type: 'step', by: 10 }],
    ['0', { type: 'seek', to: 0 }],
    ['9', { type: 'seek', to: 180 }],
    ['Home', { type: 'seek', to: 0 }],
    ['End', { type: 'seek', to: 200 }],
    [',', { type: 'frame', by: -1 }],
    ['.', { type: 'frame', by: 1 }],
    ['<', { type: 'rate', to: 0.75 }],
    ['>', { type: 'rate', to: 1.25 }],
    ['c', { type: 'captions' }],
  ])('%j asks for %j', (key, action) => expect(press(key)).toEqual(action));

  it('turn the volume only while the player has the focus, so that pages still scroll', () => {
    expect(press('ArrowUp')).toBeNull();
    expect(press('ArrowUp', true)).toEqual({ type: 'volume', to: 0.55 });
  });

  it.each(['0', '5', 'Home', 'End', ',', '.', '<', '>', 'c'])('leave %s of a live channel alone', (key) =>
    expect(keyAction({ key, inPlayer: true, state: { ...VIDEO, live: true } })).toBeNull(),
  );

  it.each(['x', 'Tab', 'Enter', 'Escape', 'F5'])('leave %s alone', (key) => expect(press(key)).toBeNull());
});
