import type { RungViewers } from '../outputs/hls.ts';

type Viewer = { sinceMs: number; seenMs: number; rung: string };

/** HLS players have no connection: one lives as long as it asks for playlists (contracts.md §4). */
export class HlsViewers {
  readonly #viewers = new Map<string, Viewer>();
  /** When a list was last given to somebody without a name. */
  readonly #nameless = new Map<string, number>();

  get size(): number {
    return this.#viewers.size;
  }

  /** The list of a quality was given to a viewer; to one without a name if null. */
  seen(viewerId: string | null, rung: string, nowMs: number): void {
    if (viewerId === null) {
      this.#nameless.set(rung, nowMs);
      return;
    }
    const sinceMs = this.#viewers.get(viewerId)?.sinceMs ?? nowMs;
    this.#viewers.set(viewerId, { sinceMs, seenMs: nowMs, rung });
  }

  list(most: number): { sinceMs: number; rung: string }[] {
    return [...this.#viewers.values()].slice(0, Math.max(0, most));
  }

  get ids(): string[] {
    return [...this.#viewers.keys()];
  }

  /** How many are on each quality; those without a name count as one. */
  get rungs(): RungViewers {
    const counts = new Map<string, number>();
    const add = (rung: string) => counts.set(rung, (counts.get(rung) ?? 0) + 1);
    for (const { rung } of this.#viewers.values()) add(rung);
    for (const rung of this.#nameless.keys()) add(rung);
    return counts;
  }

  left(viewerId: string): void {
    this.#viewers.delete(viewerId);
  }

  /** Keeps one that is known; a request that gets no list makes none. */
  asked(viewerId: string, nowMs: number): void {
    const viewer = this.#viewers.get(viewerId);
    if (viewer) viewer.seenMs = nowMs;
  }

  /** Forgets those that did not ask for two target durations and two seconds. */
  expire(nowMs: number, targetDurationS: number): void {
    const limitMs = 2 * targetDurationS * 1000 + 2000;
    for (const [id, { seenMs }] of this.#viewers) if (nowMs - seenMs > limitMs) this.#viewers.delete(id);
    for (const [rung, seenMs] of this.#nameless) if (nowMs - seenMs > limitMs) this.#nameless.delete(rung);
  }
}
