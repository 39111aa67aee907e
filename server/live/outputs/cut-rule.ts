import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';

/** What is known when a keyframe comes (times in seconds). */
export type CutQuestion = {
  /** Length of the open segment if it were cut here. */
  elapsedS: number;
  /** Distance of keyframes as seen so far. */
  gopS: number;
  targetS: number;
};

/** Cut at the keyframe nearest to the target: now, if waiting for the next one would land farther from it. */
export function shouldCut({ elapsedS, gopS, targetS }: CutQuestion): boolean {
  return Math.abs(elapsedS - targetS) <= Math.abs(elapsedS + gopS - targetS);
}

/** TARGETDURATION, fixed when the first list is published: the target or the longest keyframe distance, plus one. */
export const targetDurationS = (targetS: number, longestGopS: number): number =>
  Math.ceil(Math.max(targetS, longestGopS)) + 1;

/** Media that a first list holds: enough to play on until the next segment, little enough to be there within 5 s. */
const FIRST_LIST_S = 3.5;
const SHORT_TARGET_S = 1;

/** Length of all segments together at which a first list can be played. */
export const firstListS = (targetS: number): number => Math.min(FIRST_LIST_S, 2 * targetS - 0.1);

/** Until the first list is full, segments are as short as keyframes allow. */
export const targetOf = (madeS: number, targetS: number): number =>
  madeS < firstListS(targetS) ? Math.min(SHORT_TARGET_S, targetS) : targetS;

const SHORTEST_S = 1;

/** Where a segment that began at `startTicks` ends when cuts lie on a grid: the multiple nearest to the target. */
export function gridCutTicks(startTicks: number, targetS: number, gridTicks: number): number {
  const wanted = Math.max(SHORTEST_S * TICKS_PER_SECOND, targetS * TICKS_PER_SECOND - gridTicks / 2);
  return Math.ceil((startTicks + wanted) / gridTicks) * gridTicks;
}
