import type { LiveState } from '../../lib/contract/channels.ts';

/** contracts.md §4. A channel without a session is idle; a stopped session is gone. */
export const TRANSITIONS: Readonly<Record<LiveState, readonly LiveState[]>> = {
  idle: ['starting'],
  starting: ['active', 'failed', 'stopping'],
  active: ['failing-over', 'stopping'],
  'failing-over': ['active', 'failed', 'stopping'],
  failed: ['starting', 'stopping'],
  stopping: ['stopped'],
  stopped: [],
};

/** The one door between states: refuses a move that the table does not name. */
export class StateDoor {
  #state: LiveState = 'idle';
  #sinceMs: number;
  readonly #now: () => number;
  readonly #onMove: (from: LiveState, to: LiveState, reason: string) => void;

  constructor(now: () => number, onMove: (from: LiveState, to: LiveState, reason: string) => void) {
    this.#now = now;
    this.#sinceMs = now();
    this.#onMove = onMove;
  }

  get state(): LiveState {
    return this.#state;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  is(...states: LiveState[]): boolean {
    return states.includes(this.#state);
  }

  enter(next: LiveState, reason: string): void {
    const from = this.#state;
    if (!TRANSITIONS[from].includes(next)) throw new Error(`A stream cannot go from ${from} to ${next}`);
    this.#state = next;
    this.#sinceMs = this.#now();
    this.#onMove(from, next, reason);
  }
}
