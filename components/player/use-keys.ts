import { type RefObject, useEffect, useRef } from 'react';
import type { PlayerEngine } from './engine';
import { isTaken, type KeyAction, keyAction } from './keys';
import type { PlayerRequest } from './types';

/** What the keys ask of the page around the engine. */
export type PageAction = Exclude<KeyAction, PlayerRequest>;

type Options = {
  root: RefObject<HTMLElement | null>;
  engine: PlayerEngine;
  /** Docked, it leaves the keys to the page until it has the focus. */
  onlyInside: boolean;
  /** Carries out what is not the engine's; false leaves the key to the browser. */
  onAction: (action: PageAction) => boolean;
};

const isRequest = (action: KeyAction): action is PlayerRequest =>
  !['fullscreen', 'pip', 'info', 'help', 'channel'].includes(action.type);

/** Listens to the whole page, so that keys work without a click into the picture first; never while somebody types. */
export const useKeys = ({ root, engine, onlyInside, onAction }: Options): void => {
  const latest = useRef(onAction);
  latest.current = onAction;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : document.body;
      if (isTaken(target, event.key)) return;
      const inPlayer = root.current?.contains(target) === true || document.fullscreenElement === root.current;
      if (onlyInside && !inPlayer) return;
      const action = keyAction({ key: event.key, inPlayer, state: engine.state.get() });
      if (action === null) return;
      if (isRequest(action)) engine.request(action);
      else if (!latest.current(action)) return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [root, engine, onlyInside]);
};
