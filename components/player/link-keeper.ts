import { renewDelayMs } from './links';
import type { PlayerLinks } from './types';

const MAX_TIMER_MS = 2 ** 31 - 1;

type Ports = {
  refresh: (() => Promise<PlayerLinks>) | null;
  /** What the links belong to; an answer that comes after it was left is thrown away. */
  sourceId: () => string;
  take: (links: PlayerLinks) => void;
};

/** Renews signed addresses before they run out. */
export class LinkKeeper {
  readonly #ports: Ports;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  get canRenew(): boolean {
    return this.#ports.refresh !== null;
  }

  /** These are the addresses from now on. */
  watch(links: PlayerLinks): void {
    clearTimeout(this.#timer);
    const delayMs = this.canRenew ? renewDelayMs(links, Date.now()) : null;
    if (delayMs === null || this.#disposed) return;
    this.#timer = setTimeout(() => void this.renew(), Math.min(delayMs, MAX_TIMER_MS));
  }

  /** Fetches fresh links; hls.js takes them with its next request, a file when it has to open again. */
  async renew(): Promise<boolean> {
    const id = this.#ports.sourceId();
    const links = await this.#ports.refresh?.().catch(() => null);
    if (this.#disposed || this.#ports.sourceId() !== id || !links) return false;
    this.#ports.take(links);
    return true;
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }
}
