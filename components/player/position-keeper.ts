import type { PlayerPhase } from './types';

const EVERY_MS = 10_000;
/** Who stopped within the first seconds begins at the start. */
const LEAST_SECONDS = 5;
/** A smaller step is not worth a request. */
const STEP_SECONDS = 1;

type Ports = {
  save: (sourceId: string, seconds: number) => void;
  nowMs: () => number;
};

/** Tells now and then where the viewer is in a video: while it plays, when it stops, and when the page goes (UX 20). */
export class PositionKeeper {
  readonly #ports: Ports;
  #id: string | null = null;
  #seconds = 0;
  #saved = 0;
  #savedAtMs = 0;
  #phase: PlayerPhase = 'loading';

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Another source; null for one that has no place to keep, as live. */
  open(id: string | null, startSeconds: number): void {
    this.flush();
    this.#id = id;
    this.#seconds = startSeconds;
    this.#saved = startSeconds;
    this.#savedAtMs = this.#ports.nowMs();
    this.#phase = 'loading';
  }

  /** What the player shows now, after a picture of this source was seen. */
  note(seconds: number, phase: PlayerPhase): void {
    const before = this.#phase;
    this.#phase = phase;
    if (phase === 'ended') this.#seconds = 0;
    else if (phase === 'playing' || phase === 'paused') this.#seconds = seconds;
    const stopped = phase !== before && (phase === 'paused' || phase === 'ended');
    const due = phase === 'playing' && this.#ports.nowMs() - this.#savedAtMs >= EVERY_MS;
    if (stopped || due) this.flush();
  }

  /** Saves what is not saved yet. */
  flush(): void {
    if (this.#id === null) return;
    const seconds = this.#seconds < LEAST_SECONDS ? 0 : Math.round(this.#seconds * 10) / 10;
    const news = Math.abs(seconds - this.#saved) >= STEP_SECONDS;
    if (!news) return;
    this.#saved = seconds;
    this.#savedAtMs = this.#ports.nowMs();
    this.#ports.save(this.#id, seconds);
  }
}
