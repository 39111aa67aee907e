/** Below this a difference is only the rounding of the Date header and the way of the answer. */
const NOISE_MS = 2000;

let aheadMs = 0;

/** Remembers how far the server's clock is from ours, by the Date header of an answer (RFC 9110 §6.6.1). */
export const noteServerDate = (date: string | null, nowMs: number): void => {
  const serverMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(serverMs)) return;
  const difference = serverMs - nowMs;
  aheadMs = Math.abs(difference) < NOISE_MS ? 0 : difference;
};

/** The server's time, which its timestamps are compared with. */
export const serverNowMs = (nowMs: number): number => nowMs + aheadMs;
