import { randomUUID } from 'node:crypto';
import type { Events } from '../core/events.ts';
import { machineId } from '../core/machine.ts';
import type { Gate } from './grid/gate.ts';

/** What a process says holds so long: one that dies holds nobody back for longer. */
export const LEASE_MS = 3_000;
const RENEW_EVERY_MS = 1_000;

type Options = {
  events: Events;
  /** Held while a viewer of this process waits. */
  waiting: Gate;
  /** Held while a viewer of any process of this machine waits. */
  batches: Gate;
  machine?: string;
};

/**
 * Lets the processes of one machine hold back for each other's viewers: all of them share its cores, so it helps nobody
 * when only the children of the process that was asked stand still (contracts.md §8).
 */
export class Neighbours {
  readonly #events: Events;
  readonly #waiting: Gate;
  readonly #batches: Gate;
  readonly #machine: string;
  /** This process among those of the machine. */
  readonly #teller = randomUUID();
  /** What others have said, each with what ends it. */
  readonly #heard = new Map<string, () => void>();
  readonly #off: (() => void)[];
  #own: (() => void) | null = null;
  #renewal: NodeJS.Timeout | undefined;

  constructor({ events, waiting, batches, machine = machineId() }: Options) {
    this.#events = events;
    this.#waiting = waiting;
    this.#batches = batches;
    this.#machine = machine;
    this.#off = [
      waiting.onChange(() => this.#follow()),
      events.on('work.urgent', (what) => this.#hear(what)),
    ];
  }

  close(): void {
    for (const stop of this.#off) stop();
    this.#letGo();
    for (const end of [...this.#heard.values()]) end();
  }

  #follow(): void {
    if (this.#waiting.closed) this.#begin();
    else this.#letGo();
  }

  #begin(): void {
    this.#own = this.#batches.hold();
    this.#tell(true);
    this.#renewal = setInterval(() => this.#tell(true), RENEW_EVERY_MS);
  }

  #letGo(): void {
    if (this.#own === null) return;
    clearInterval(this.#renewal);
    this.#own();
    this.#own = null;
    this.#tell(false);
  }

  #tell(waiting: boolean): void {
    this.#events.emit('work.urgent', { machine: this.#machine, teller: this.#teller, waiting });
  }

  #hear({ machine, teller, waiting }: { machine: string; teller: string; waiting: boolean }): void {
    if (machine !== this.#machine || teller === this.#teller) return;
    const before = this.#heard.get(teller);
    if (waiting === true) this.#holdFor(teller);
    // Held anew before it is let go, so that nothing runs for a moment in between.
    before?.();
  }

  #holdFor(teller: string): void {
    const open = this.#batches.hold();
    const end = () => {
      clearTimeout(lease);
      if (this.#heard.get(teller) === end) this.#heard.delete(teller);
      open();
    };
    const lease = setTimeout(end, LEASE_MS);
    this.#heard.set(teller, end);
  }
}
