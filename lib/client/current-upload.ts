import { createStore } from './store.ts';

/** What the strip at the foot shows of the running uploads; the uploader sets it, null when none runs. */
export type CurrentUpload = {
  title: string;
  /** 0..1 of the bytes of all unfinished files. */
  share: number;
  bytesPerSecond: number | null;
  files: number;
  paused: boolean;
};

export const currentUpload = createStore<CurrentUpload | null>(null);
