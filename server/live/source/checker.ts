import { type AppError, isAppError } from '../../core/errors.ts';
import { toFailure } from '../../net/failure.ts';
import { YIELD } from '../../net/slots.ts';
import type { LiveSource } from '../types.ts';
import type { Breakers } from './breaker.ts';
import { checkSource } from './check.ts';
import type { RunPorts } from './run.ts';

type Ports = RunPorts & {
  breakers: Breakers;
  postChecked(source: LiveSource, outcome: { mark: string | null } | { error: AppError }): void;
};

/** Checks better sources one at a time, each when its rest is over, and never on an account that is full. */
export class Checker {
  readonly #ports: Ports;
  #running: { source: LiveSource; stop: AbortController } | null = null;
  closed: Promise<void> = Promise.resolve();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  get source(): LiveSource | null {
    return this.#running?.source ?? null;
  }

  /** Begins the next check that is due; the best source first. */
  look(better: readonly LiveSource[]): void {
    if (this.#running) return;
    const { breakers, slots } = this.#ports;
    const due = better.find((source) => !breakers.rests(source) && slots.hasRoom(source.account));
    if (due) this.closed = Promise.all([this.closed, this.#check(due)]).then(() => undefined);
  }

  stop(): void {
    this.#running?.stop.abort();
  }

  async #check(source: LiveSource): Promise<void> {
    const stop = new AbortController();
    const slot = this.#ports.slots.takeFree(source.account, {
      label: `the check of ${source.label}`,
      yields: () => YIELD.probe,
      evict: () => {
        stop.abort();
        slot?.release();
      },
    });
    if (!slot) return;
    this.#running = { source, stop };
    this.#ports.breakers.tried(source);
    let outcome: { mark: string | null } | { error: AppError };
    try {
      outcome = { mark: await checkSource({ source, ports: this.#ports, signal: stop.signal }) };
    } catch (error) {
      outcome = { error: isAppError(error) ? error : toFailure(error, '') };
    } finally {
      slot.release();
      this.#running = null;
    }
    if (!stop.signal.aborted) this.#ports.postChecked(source, outcome);
  }
}
