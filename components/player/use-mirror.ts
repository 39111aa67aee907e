import { type RefObject, useEffect } from 'react';
import type { PlayerState } from './types';

/** Mirrors the state into data attributes of the player, for styles, scripts and tests. */
export const useMirror = (root: RefObject<HTMLElement | null>, state: PlayerState, awake: boolean): void => {
  useEffect(() => {
    const facts: Record<string, string> = {
      state: state.phase,
      mode: state.mode ?? '',
      live: String(state.live),
      quality: state.quality ?? '',
      choice: state.choice,
      currentTime: state.currentTime.toFixed(2),
      duration: Number.isFinite(state.duration) ? state.duration.toFixed(2) : '',
      error: state.error?.code ?? '',
      awake: String(awake),
      rate: String(state.rate),
      sound: state.sound ?? '',
      subtitle: state.subtitle ?? '',
      notice: state.notice ?? '',
    };
    if (root.current) Object.assign(root.current.dataset, facts);
  }, [state, awake, root]);
};
