import { describe, expect, it } from 'vitest';
import { keyAction } from './keys.ts';

const press = (key: string, inPlayer = false) =>
  keyAction({ key, inPlayer, state: { volume: 0.5, muted: false } });

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
  ])('%j asks for %j', (key, action) => expect(press(key)).toEqual(action));

  it('turn the volume only while the player has the focus, so that pages still scroll', () => {
    expect(press('ArrowUp')).toBeNull();
    expect(press('ArrowUp', true)).toEqual({ type: 'volume', to: 0.55 });
  });

  it.each(['x', 'Tab', 'Enter', 'Escape', 'F5'])('leave %s alone', (key) => expect(press(key)).toBeNull());
});
