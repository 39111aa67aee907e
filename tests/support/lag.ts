/**
 * Limits of time on a machine that does other things too. A clock of this process ticks all the time; what its ticks come
 * late was taken by others, and does not count against what is tested. Times are ms of `performance.now()`.
 */
const TICK_MS = 20;
/** Timers are late by so much anyway. */
const USUAL_MS = 5;
const KEPT = 10_000;

let tickedAtMs = performance.now();
const delays: { atMs: number; lateMs: number }[] = [];
setInterval(() => {
  const nowMs = performance.now();
  const lateMs = nowMs - tickedAtMs - TICK_MS;
  tickedAtMs = nowMs;
  if (lateMs > USUAL_MS && delays.push({ atMs: nowMs, lateMs }) > KEPT) delays.shift();
}, TICK_MS).unref();

/** How much the ticks between two times came late in all. */
export function lateMs(fromMs: number, toMs = performance.now()): number {
  let sumMs = Math.max(0, toMs - tickedAtMs - TICK_MS - USUAL_MS);
  for (const { atMs, lateMs } of delays)
    sumMs += Math.max(0, Math.min(toMs, atMs) - Math.max(fromMs, atMs - lateMs));
  return Math.min(sumMs, toMs - fromMs);
}

/** Waits for something; when it has not happened within the limit, the error tells what was seen. */
export async function within<T>(limitMs: number, promise: Promise<T>, seen: () => unknown): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error(`Within ${limitMs} ms it did not happen; seen: ${asText(seen())}`));
  }, limitMs);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

export const asText = (seen: unknown): string => (typeof seen === 'string' ? seen : JSON.stringify(seen));
