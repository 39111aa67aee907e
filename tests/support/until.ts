import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until the answer is there (anything but null, undefined or false). `what` may tell what is seen
 * instead when that takes too long.
 */
export async function until<T>(
  what: string | (() => string),
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  limitMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer as T;
    if (performance.now() > deadline)
      throw new Error(`Within ${limitMs} ms it did not happen: ${typeof what === 'string' ? what : what()}`);
    await delay(50);
  }
}
