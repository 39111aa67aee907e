import { createStore } from './store.ts';

/** The video that was deleted last, by whomever. */
export const removedVideo = createStore<{ id: string } | null>(null);
