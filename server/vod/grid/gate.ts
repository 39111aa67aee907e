import type { SupervisedChild, Supervisor } from '../../media/ffmpeg/supervisor.ts';

/** Holds children back while something more urgent has to be done: closed as long as anybody holds it. */
export class Gate {
  readonly #listeners = new Set<() => void>();
  #holders = 0;

  get closed(): boolean {
    return this.#holders > 0;
  }

  /** Closes the gate; the answer lets go, and may be called again without harm. */
  hold(): () => void {
    this.#holders++;
    if (this.#holders === 1) this.#tell();
    let holds = true;
    return () => {
      if (!holds) return;
      holds = false;
      this.#holders--;
      if (this.#holders === 0) this.#tell();
    };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Comes back when all gates are open. */
export async function whenOpen(gates: readonly Gate[], signal: AbortSignal): Promise<void> {
  while (gates.some((gate) => gate.closed)) {
    signal.throwIfAborted();
    const changed = Promise.withResolvers<void>();
    const leave = gates.map((gate) => gate.onChange(changed.resolve));
    const end = () => changed.resolve();
    signal.addEventListener('abort', end, { once: true });
    await changed.promise;
    signal.removeEventListener('abort', end);
    for (const stop of leave) stop();
  }
  signal.throwIfAborted();
}

/** Stops a child (SIGSTOP) while any of the gates is closed; the answer ends that, and lets the child run. */
export function obey(gates: readonly Gate[], child: Pick<SupervisedChild, 'pause' | 'resume'>): () => void {
  const follow = () => (gates.some((gate) => gate.closed) ? child.pause() : child.resume());
  const leave = gates.map((gate) => gate.onChange(follow));
  if (gates.some((gate) => gate.closed)) child.pause();
  return () => {
    for (const stop of leave) stop();
    child.resume();
  };
}

/** A supervisor whose children stand still while one of the gates is closed. */
export function heldBy(gates: readonly Gate[], supervisor: Supervisor): Supervisor {
  return {
    start(spec) {
      const child = supervisor.start(spec);
      const free = obey(gates, child);
      void child.done.then(free);
      return child;
    },
    reap: () => supervisor.reap(),
    running: () => supervisor.running(),
    capabilities: () => supervisor.capabilities(),
    close: () => supervisor.close(),
  };
}
