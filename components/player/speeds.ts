/** The speeds of the menu; 1 is as it was made. */
export const SPEEDS: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/** The next speed up or down from one that need not be in the list; at the ends it stays. */
export const speedStep = (rate: number, step: 1 | -1): number =>
  step > 0
    ? (SPEEDS.find((speed) => speed > rate + 0.001) ?? Math.max(rate, 2))
    : (SPEEDS.findLast((speed) => speed < rate - 0.001) ?? Math.min(rate, 0.5));

/** "Normal", "1.25×". */
export const speedLabel = (rate: number): string => (rate === 1 ? 'Normal' : `${rate}×`);

/** Where the picture that is `by` on from the one shown at `seconds` has its middle. */
export const frameStep = (seconds: number, framesPerSecond: number, by: 1 | -1): number =>
  Math.max(0, (Math.floor(seconds * framesPerSecond + 0.01) + by + 0.5) / framesPerSecond);
