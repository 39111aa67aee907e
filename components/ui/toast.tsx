'use client';

import { useSyncExternalStore } from 'react';
import { errorSentence } from '@/lib/client/errors';
import { lazyPart } from './lazy-part';
import { type Notice, notices, type Undo } from './notices';

const say = (notice: Notice): void => notices.set([...notices.get(), notice]);

/** One sentence about what was done, with a way back when there is one. */
export const tell = (sentence: string, undo?: Undo): void =>
  say({ kind: 'done', sentence, ...(undo ? { undo } : {}) });

/** One sentence about what did not work. */
export const tellProblem = (sentence: string): void => say({ kind: 'failed', sentence });

/** The same for something that was thrown. */
export const tellError = (error: unknown): void => tellProblem(errorSentence(error));

const Shown = lazyPart(() => import('./toaster').then((m) => m.Toaster));
const never = (): boolean => false;
let wanted = false;
const isWanted = (): boolean => {
  wanted ||= notices.get().length > 0;
  return wanted;
};

/** Where toasts appear; what draws them is loaded with the first one. */
export const Toaster = () => (useSyncExternalStore(notices.subscribe, isWanted, never) ? <Shown /> : null);
