import { createStore } from '@/lib/client/store';

/** A way back from what was done. */
export type Undo = { label: string; run: () => void };
export type Notice = { kind: 'done' | 'failed'; sentence: string; undo?: Undo };

/** What was said and not shown yet. */
export const notices = createStore<readonly Notice[]>([]);
