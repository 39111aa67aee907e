import { LRUCache } from 'lru-cache';
import { AppError } from '../core/errors.ts';

const WINDOW_MS = 60_000;
const REMEMBERED_VIEWERS = 10_000;

type Options = { perMinute: number; nowMs: () => number };

/** How many unmade segments with pictures one viewer may ask for in a minute (contracts.md §9); the same one counts once. */
export class UnmadeLimit {
  readonly #options: Options;
  readonly #asked = new LRUCache<string, Map<string, number>>({ max: REMEMBERED_VIEWERS });

  constructor(options: Options) {
    this.#options = options;
  }

  /** Throws TOO_MANY_REQUESTS when there were too many. */
  take(viewer: string, segment: string): void {
    const { perMinute, nowMs } = this.#options;
    const now = nowMs();
    const asked = new Map([...(this.#asked.get(viewer) ?? [])].filter(([, atMs]) => now - atMs < WINDOW_MS));
    this.#asked.set(viewer, asked);
    if (asked.has(segment)) return;
    const [oldest = now] = asked.values();
    if (asked.size >= perMinute)
      throw new AppError('TOO_MANY_REQUESTS', {
        message: 'Too many places of videos that are still being made. Wait a moment, then go on.',
        retryAfterSeconds: Math.max(1, Math.ceil((oldest + WINDOW_MS - now) / 1000)),
      });
    asked.set(segment, now);
  }
}
