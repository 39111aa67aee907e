import { createStore } from './store.ts';

/** What the `stream-switched` event says: positions count from 0. */
export type SwitchNews = {
  channelId: string;
  name: string;
  fromPosition: number;
  toPosition: number;
  reason: string;
};

/** The newest switch of any stream; the Live page tells it as it happens. */
export const latestSwitch = createStore<SwitchNews | null>(null);
