/** How one try to reach an address ended; `handed-over`: it was checked, and ffmpeg sends or listens there itself. */
export type AttemptResult = 'connected' | 'handed-over' | 'blocked' | 'refused' | 'timeout' | 'tls' | 'dns';

/** One line of the outbound log: where to, when and how it ended; never a path, query or credential. */
export type Attempt = {
  readonly at: number;
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly result: AttemptResult;
};

/** A bounded log of outbound connection attempts: the oldest line is forgotten first. */
export class AttemptLog {
  #lines: Attempt[] = [];
  #capacity: number;
  #onAttempt: (attempt: Attempt) => void;

  constructor(capacity: number, onAttempt: (attempt: Attempt) => void = () => {}) {
    this.#capacity = capacity;
    this.#onAttempt = onAttempt;
  }

  add(attempt: Attempt): void {
    this.#lines.push(attempt);
    if (this.#lines.length > this.#capacity) this.#lines.splice(0, this.#lines.length - this.#capacity);
    this.#onAttempt(attempt);
  }

  list(): readonly Attempt[] {
    return [...this.#lines];
  }
}
