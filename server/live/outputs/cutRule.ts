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

/** The first segments are short, so that the first list is there soon. */
export const SHORT_SEGMENTS = 2;
const SHORT_TARGET_S = 1;

export const targetOf = (segmentsMade: number, targetS: number): number =>
  segmentsMade < SHORT_SEGMENTS ? Math.min(SHORT_TARGET_S, targetS) : targetS;
