/** Time as a port, so that tests can hold and move it. */
export type Clock = {
  /** Wall clock, ms since the epoch. */
  now(): number;
  /** Monotonic ms; for durations, never for dates. */
  monotonicMs(): number;
};

export const systemClock: Clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
