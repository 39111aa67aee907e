const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;
const WINDOW_MS = 30_000;
const MOST_FAILURES = 5;

/** When an encoder that failed may begin again: at once, then later and later; not at all after five in half a minute. */
export class Retries {
  #failedAtMs: number[] = [];
  #dueAtMs = 0;

  /** False when it failed too often. */
  failed(nowMs: number): boolean {
    this.#failedAtMs = [...this.#failedAtMs.filter((at) => nowMs - at < WINDOW_MS), nowMs];
    const failures = this.#failedAtMs.length;
    const waitMs = failures === 1 ? 0 : FIRST_RETRY_MS * 2 ** (failures - 2);
    this.#dueAtMs = nowMs + Math.min(LONGEST_RETRY_MS, waitMs);
    return failures < MOST_FAILURES;
  }

  due(nowMs: number): boolean {
    return nowMs >= this.#dueAtMs;
  }

  forget(): void {
    this.#failedAtMs = [];
    this.#dueAtMs = 0;
  }
}
