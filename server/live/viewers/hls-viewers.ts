/** HLS players have no connection: one lives as long as it asks for playlists (contracts.md §4). */
export class HlsViewers {
  readonly #lastSeenMs = new Map<string, number>();
  readonly #sinceMs = new Map<string, number>();

  get size(): number {
    return this.#lastSeenMs.size;
  }

  seen(viewerId: string, nowMs: number): void {
    if (!this.#sinceMs.has(viewerId)) this.#sinceMs.set(viewerId, nowMs);
    this.#lastSeenMs.set(viewerId, nowMs);
  }

  list(most: number): { sinceMs: number }[] {
    return [...this.#sinceMs.values()].slice(0, Math.max(0, most)).map((sinceMs) => ({ sinceMs }));
  }

  get ids(): string[] {
    return [...this.#lastSeenMs.keys()];
  }

  left(viewerId: string): void {
    this.#forget(viewerId);
  }

  /** Keeps one that is known; a request that gets no list makes none. */
  asked(viewerId: string, nowMs: number): void {
    if (this.#lastSeenMs.has(viewerId)) this.#lastSeenMs.set(viewerId, nowMs);
  }

  /** Forgets those that did not ask for two target durations and two seconds. */
  expire(nowMs: number, targetDurationS: number): void {
    const limitMs = 2 * targetDurationS * 1000 + 2000;
    for (const [id, seenMs] of this.#lastSeenMs) if (nowMs - seenMs > limitMs) this.#forget(id);
  }

  #forget(viewerId: string): void {
    this.#lastSeenMs.delete(viewerId);
    this.#sinceMs.delete(viewerId);
  }
}
