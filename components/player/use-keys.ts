import { type RefObject, useEffect } from 'react';
import type { ChannelStep } from './controls';
import type { PlayerEngine } from './engine';
import { isTaken, keyAction } from './keys';
import type { Screens } from './use-screens';

/** Listens to the whole page, so that keys work without a click into the picture first; never while somebody types. */
export const useKeys = (
  root: RefObject<HTMLElement | null>,
  engine: PlayerEngine,
  screens: Screens,
  channel: ChannelStep | undefined,
): void => {
  const { toggleFullscreen } = screens;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : document.body;
      if (isTaken(target, event.key)) return;
      const inPlayer = root.current?.contains(target) === true || document.fullscreenElement === root.current;
      const action = keyAction({ key: event.key, inPlayer, state: engine.state.get() });
      if (action === null) return;
      if (action.type === 'channel' && !channel) return;
      event.preventDefault();
      if (action.type === 'fullscreen') toggleFullscreen();
      else if (action.type === 'channel') channel?.onStep(action.step);
      else engine.request(action);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [root, engine, channel, toggleFullscreen]);
};
