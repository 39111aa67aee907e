import type { Fault, FaultKind } from './fault';

/** What the engine does about a fault. */
export type Action =
  | { do: 'retry'; delayMs: number }
  | { do: 'renew' }
  /** Start the decoder again and go on this much later (media-decisions Q2 rule 11). */
  | { do: 'recover'; skipSeconds: number }
  | { do: 'next-mode' }
  | { do: 'give-up'; code: string; sentence: string };

type Step = { do: 'retry'; delayMs: number } | { do: 'recover' } | { do: 'renew' } | { do: 'next-mode' };

const retry = (...delaysMs: number[]): Step[] => delaysMs.map((delayMs) => ({ do: 'retry', delayMs }));
const times = (count: number, delayMs: number): Step[] => retry(...Array<number>(count).fill(delayMs));
const NEXT: Step = { do: 'next-mode' };
const RENEW: Step = { do: 'renew' };
const RECOVER: Step = { do: 'recover' };

/** One row for each kind of fault: tried from left to right; after the last step the player says so and stops. */
export const POLICY: Record<FaultKind, readonly Step[]> = {
  network: [...retry(1000, 2000, 4000, 8000, 8000, 8000), NEXT, ...retry(8000)],
  server: [...retry(1000, 2000, 4000), NEXT, ...retry(8000)],
  busy: times(30, 2000),
  'not-ready': times(60, 2000),
  link: [RENEW, ...retry(2000), RENEW],
  // An admin stopped it: going on by itself would start it again.
  stopped: [],
  missing: [RENEW, NEXT],
  codec: [NEXT],
  decode: [RECOVER, RECOVER, RECOVER, RECOVER, NEXT],
};

const SENTENCES: Record<FaultKind, string> = {
  network: 'The connection to the server was lost. Check your network, then try again.',
  server: 'The server could not deliver this. Try again; if it stays so, tell whoever runs this panel.',
  busy: 'The server is busy right now. Wait a moment, then try again.',
  'not-ready': 'This is still being prepared. Try again in a minute.',
  link: 'This link is not valid any more. Reload the page to get a new one.',
  stopped: 'An admin stopped this channel. Open it again to start it.',
  missing: 'This is not there any more. It may have been deleted or stopped.',
  codec: 'This browser cannot play the codecs of this stream. Open its address in VLC or a TV app.',
  decode: 'A damaged part could not be played. Try again, or skip ahead.',
};

/** What is said while a repair runs. */
export const NOTICES: Record<FaultKind, string> = {
  network: 'Reconnecting…',
  server: 'The server has a problem. Trying again…',
  busy: 'Starting…',
  'not-ready': 'Being prepared…',
  link: 'Renewing the link…',
  stopped: 'Stopped.',
  missing: 'Looking again…',
  codec: 'Trying another way…',
  decode: 'Skipping a damaged part…',
};

export type Means = { hasNextMode: boolean; canRenew: boolean };

/** The action for a fault after `tried` steps of its row, and how many steps are used up by it. */
export const decide = (fault: Fault, tried: number, means: Means): { action: Action; tried: number } => {
  const steps = POLICY[fault.kind];
  for (let i = tried; i < steps.length; i += 1) {
    const step = steps[i];
    if (step === undefined) break;
    if (step.do === 'next-mode' && !means.hasNextMode) continue;
    if (step.do === 'renew' && !means.canRenew) continue;
    return { action: actionOf(step, fault, i), tried: i + 1 };
  }
  const sentence = fault.sentence ?? SENTENCES[fault.kind];
  return { action: { do: 'give-up', code: fault.code, sentence }, tried: steps.length };
};

const actionOf = (step: Step, fault: Fault, index: number): Action => {
  if (step.do === 'retry') return { do: 'retry', delayMs: fault.retryAfterMs ?? step.delayMs };
  if (step.do === 'recover') return { do: 'recover', skipSeconds: index + 1 };
  return step;
};
