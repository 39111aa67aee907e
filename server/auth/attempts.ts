import { LRUCache } from 'lru-cache';
import { AppError } from '../core/errors.ts';

const WINDOW_MS = 60_000;
const LONGEST_BLOCK_MS = 15 * 60_000;
/** After this time without a block, the next block is a short one again. */
const FORGIVE_MS = 60 * 60_000;
const REMEMBERED_KEYS = 50_000;

type Tries = { count: number; windowEndsAt: number; blocks: number };
export type AttemptRule = { key: string; max: number };

export type Attempts = {
  /** Counts an attempt before it is judged (so that many at once count too); throws TOO_MANY_REQUESTS when there were too many. */
  begin(rules: readonly AttemptRule[]): void;
  /** Gives back what `begin` counted; `clears` names the keys whose wrong attempts are forgotten as well. */
  succeeded(rules: readonly AttemptRule[], clears?: readonly string[]): void;
};

/** Wrong attempts per key: `max` in a minute, then a wait that doubles each time, to a quarter of an hour at most (WEB-01). */
export function createAttempts(now: () => number): Attempts {
  const known = new LRUCache<string, Tries>({ max: REMEMBERED_KEYS });

  const triesOf = (key: string): Tries => {
    const tries = known.get(key);
    if (tries && now() < tries.windowEndsAt) return tries;
    const blocks = tries && now() < tries.windowEndsAt + FORGIVE_MS ? tries.blocks : 0;
    const fresh = { count: 0, windowEndsAt: now() + WINDOW_MS, blocks };
    known.set(key, fresh);
    return fresh;
  };

  return {
    begin(rules) {
      const all = rules.map((rule) => ({ rule, tries: triesOf(rule.key) }));
      for (const { rule, tries } of all) {
        if (tries.count < rule.max) continue;
        if (tries.count === rule.max) startBlock(tries, now());
        throw tooMany(Math.max(1, Math.ceil((tries.windowEndsAt - now()) / 1000)));
      }
      for (const { tries } of all) tries.count += 1;
    },
    succeeded(rules, clears = []) {
      for (const { key } of rules) {
        const tries = known.get(key);
        if (tries && tries.count > 0) tries.count -= 1;
      }
      for (const key of clears) known.delete(key);
    },
  };
}

/** The first attempt above the limit starts the wait; later ones during it do not lengthen it. */
function startBlock(tries: Tries, now: number): void {
  tries.count += 1;
  tries.windowEndsAt = now + Math.min(LONGEST_BLOCK_MS, WINDOW_MS * 2 ** tries.blocks);
  tries.blocks += 1;
}

function tooMany(seconds: number): AppError {
  const wait = seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return new AppError('TOO_MANY_REQUESTS', {
    message: `Too many attempts. Wait ${wait}, then try again.`,
    retryAfterSeconds: seconds,
  });
}
