import type { AppError } from '../../core/errors.ts';
import { type SlotUse, YIELD } from '../../net/slots.ts';
import type { LiveChannel, LiveSource } from '../types.ts';
import type { Breakers } from './breaker.ts';
import { broughtNothing } from './failures.ts';
import { chooseNext, LIMITS } from './policy.ts';
import { type RunEvent, type RunPorts, SourceRun } from './run.ts';

export type LineupPorts = RunPorts & {
  breakers: Breakers;
  /** Puts an event into the session's inbox. */
  post(run: SourceRun, event: RunEvent): void;
  /** The session has nobody who would notice. */
  isUnwatched(): boolean;
  evict(reason: string): void;
};

type RunOptions = Pick<ConstructorParameters<typeof SourceRun>[0], 'slot' | 'mediaMs'>;

/** The sources of a channel in their order: which of them may be taken now, and the lives of those that are. */
export class Lineup {
  readonly #ports: LineupPorts;
  #channel: LiveChannel;
  /** Sources that were tried in vain since the last picture. */
  readonly #tried = new Set<number>();
  #closing: Promise<void> = Promise.resolve();

  constructor(channel: LiveChannel, ports: LineupPorts) {
    this.#channel = channel;
    this.#ports = ports;
  }

  /** Every run that was begun is over. */
  get closed(): Promise<void> {
    return this.#closing;
  }

  at(index: number): LiveSource | undefined {
    return this.#channel.sources[index];
  }

  /** Where a source stands now; -1 when it is none of this channel any more. */
  indexOf(source: LiveSource): number {
    return this.#channel.sources.findIndex((other) => isSame(other, source));
  }

  betterThan(index: number): LiveSource[] {
    return this.#channel.sources.slice(0, index);
  }

  replace(channel: LiveChannel): void {
    this.#channel = channel;
    this.#tried.clear();
  }

  triedInVain(index: number): void {
    this.#tried.add(index);
  }

  /** A picture has come: whatever was tried before may be tried again. */
  forgetTried(): void {
    this.#tried.clear();
  }

  next(current: number | null): number | null {
    const { sources } = this.#channel;
    const rests = (index: number) => this.#ports.breakers.rests(sources[index]!);
    return chooseNext({ count: sources.length, current, tried: this.#tried, rests });
  }

  othersLeft(index: number): boolean {
    return this.#channel.sources.some(
      (source, other) => other !== index && !this.#tried.has(other) && !this.#ports.breakers.rests(source),
    );
  }

  /** When the first of them may be tried again. */
  get retryAtMs(): number {
    const rests = this.#channel.sources.map((source) => this.#ports.breakers.of(source).restUntilMs);
    return Math.max(this.#ports.clock.monotonicMs() + LIMITS.shortestRetryMs, Math.min(...rests));
  }

  /** Why all of them rest since an earlier session: the best one's own failure says it. */
  get knownFailure(): AppError {
    const errors = this.#channel.sources.map((source) => this.#ports.breakers.of(source).lastError?.error);
    return errors.find(Boolean) ?? broughtNothing('it does not answer');
  }

  /** Opens a source; its breaker remembers when. */
  run(index: number, options: RunOptions): SourceRun {
    const source = this.#channel.sources[index]!;
    this.#ports.breakers.tried(source);
    const run = new SourceRun({
      source,
      index,
      othersLeft: this.othersLeft(index),
      ports: this.#ports,
      use: this.use(),
      post: this.#ports.post,
      ...options,
    });
    this.#closing = Promise.all([this.#closing, run.done]).then(() => undefined);
    return run;
  }

  /** How this channel uses a connection of an account. */
  use(): SlotUse {
    return {
      label: this.#channel.name,
      yields: () => (this.#ports.isUnwatched() ? YIELD.unwatched : null),
      evict: (reason) => this.#ports.evict(reason),
    };
  }
}

const isSame = (a: LiveSource, b: LiveSource): boolean =>
  a.id === b.id && a.url === b.url && JSON.stringify(a.headers) === JSON.stringify(b.headers);
