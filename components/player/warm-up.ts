import { retryAfterMs, toldIn } from './fault';

/** A list that came so long ago says nothing any more; a slow line may need as long for the segment between. */
const FRESH_MS = 12_000;
const PATIENCE_MS = 15_000;

type Ports = {
  nowMs: () => number;
  /** The address of a quality's list; null when it needs no start, as the source's own. */
  address: (level: number) => string | null;
  onReady: (level: number) => void;
  onRefused: (level: number, sentence: string | null, retryAfterMs: number) => void;
};

/**
 * Asks for the list of a quality before hls.js goes over to it: the server starts its encoder and answers when there is
 * something to play. Until then hls.js goes on with the old quality, which it would otherwise stop loading.
 */
export class WarmUp {
  readonly #ports: Ports;
  #asking: { level: number; stop: AbortController } | null = null;
  #ready: { level: number; atMs: number } | null = null;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Whether one may go over to it now; where not, it is asked for. */
  isReady(level: number): boolean {
    const address = this.#ports.address(level);
    const { level: known, atMs = 0 } = this.#ready ?? {};
    if (address === null || (known === level && this.#ports.nowMs() - atMs < FRESH_MS)) return true;
    if (this.#asking?.level !== level) void this.#ask(level, address);
    return false;
  }

  cancel(): void {
    this.#asking?.stop.abort();
    this.#asking = null;
  }

  async #ask(level: number, address: string): Promise<void> {
    this.cancel();
    const stop = new AbortController();
    this.#asking = { level, stop };
    const patience = setTimeout(() => stop.abort(), PATIENCE_MS);
    const answer = await fetch(address, {
      headers: { Accept: 'application/json, */*' },
      signal: stop.signal,
    }).catch(() => null);
    const text = (await answer?.text().catch(() => null)) ?? null;
    clearTimeout(patience);
    if (this.#asking?.stop !== stop) return;
    this.#asking = null;
    const { code, sentence } = answer?.ok ? { code: null, sentence: null } : toldIn(text);
    if (code === 'QUALITY_UNAVAILABLE') {
      const after = retryAfterMs(answer?.headers.get('retry-after') ?? null, Date.now());
      this.#ports.onRefused(level, sentence, after ?? 0);
      return;
    }
    // Whatever else went wrong, hls.js meets it too and knows what to do.
    this.#ready = { level, atMs: this.#ports.nowMs() };
    this.#ports.onReady(level);
  }
}
