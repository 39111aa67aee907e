import type { RungState } from '../../../lib/contract/live-rungs.ts';

export const RUNG_TRANSITIONS: Readonly<Record<RungState, readonly RungState[]>> = {
  off: ['starting', 'refused'],
  starting: ['running', 'lowered', 'off', 'refused'],
  running: ['starting', 'off', 'refused'],
  lowered: ['starting', 'off', 'refused'],
  refused: ['off', 'refused'],
};

/** The one door between the states of a rung: refuses a move that the table does not name. */
export class RungDoor {
  #state: RungState = 'off';

  get state(): RungState {
    return this.#state;
  }

  /** An encoder is wanted. */
  get active(): boolean {
    return this.#state === 'starting' || this.#state === 'running' || this.#state === 'lowered';
  }

  enter(next: RungState): void {
    if (!RUNG_TRANSITIONS[this.#state].includes(next))
      throw new Error(`A quality cannot go from ${this.#state} to ${next}`);
    this.#state = next;
  }
}
