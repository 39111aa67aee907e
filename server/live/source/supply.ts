import type { AppError } from '../../core/errors.ts';
import { YIELD } from '../../net/slots.ts';
import type { MediaPath } from '../relay/media-path.ts';
import type { LiveChannel, LiveSource } from '../types.ts';
import type { Breakers } from './breaker.ts';
import { Candidate, type Change } from './candidate.ts';
import { Checker } from './checker.ts';
import { addDamage, type DamageCounts, NO_DAMAGE } from './damage.ts';
import { broughtNothing } from './failures.ts';
import { BACKOFF, chooseNext, LIMITS, reasonOf, sortOf } from './policy.ts';
import { type RunEvent, type RunPorts, SourceRun } from './run.ts';

/** How the check of a source ended. */
export type CheckOutcome = { mark: string | null } | { error: AppError };

type SupplyPorts = RunPorts & {
  breakers: Breakers;
  path: MediaPath;
  /** Puts an event into the session's inbox. */
  post(run: SourceRun, event: RunEvent): void;
  received(sizeBytes: number): void;
  /** The session has nobody who would notice. */
  isUnwatched(): boolean;
  evict(reason: string): void;
  onFailure(index: number, error: AppError): void;
  onFault(reason: string): void;
  onSwitch(from: number, to: number, change: Change, gapMs: number | null): void;
  /** No source is left. */
  onDown(error: AppError, retryAtMs: number): void;
  /** The check of a source is over; it comes back into the inbox. */
  postChecked(source: LiveSource, outcome: CheckOutcome): void;
};

/** A gap that the buffers of players hide. */
const UNNOTICED_MS = 500;

/**
 * Brings a channel its media: picks the source, watches it, goes to the next one when it fails, and back to a better
 * one that has proved itself. At most one connection is open, but for the overlap of a planned switch.
 */
export class Supply {
  readonly #ports: SupplyPorts;
  readonly #checker: Checker;
  #channel: LiveChannel;
  #run: SourceRun | null = null;
  #candidate: Candidate | null = null;
  #tried = new Set<number>();
  /** The source that played last, since when it is missed, and why it is left. */
  #last: { index: number; mediaAtMs: number } | null = null;
  #change: Change = { cause: 'fault', reason: '' };
  #closing: Promise<void> = Promise.resolve();
  #hadPicture = false;
  #hadSound = false;
  #soundless = false;
  #returnedAtMs: number | null = null;
  #damage: DamageCounts = NO_DAMAGE;

  constructor(channel: LiveChannel, ports: SupplyPorts) {
    this.#channel = channel;
    this.#ports = ports;
    this.#checker = new Checker(ports);
  }

  get run(): SourceRun | null {
    return this.#run;
  }

  get candidate(): Candidate | null {
    return this.#candidate;
  }

  /** The source that plays, or that is being opened, or that played last. */
  get position(): number {
    return this.#run?.index ?? this.#last?.index ?? 0;
  }

  /** What was wrong with all sources so far. */
  get damage(): DamageCounts {
    return addDamage(this.#damage, this.#run?.damage ?? null);
  }

  get checking(): LiveSource | null {
    return this.#checker.source;
  }

  /** Connections that are open or being opened. */
  get connections(): number {
    return (
      [this.#run, this.#candidate?.run].filter((run) => run?.open).length + (this.#checker.source ? 1 : 0)
    );
  }

  /** No source has sound although one had. */
  get soundless(): boolean {
    return this.#soundless;
  }

  /** Everything this supply opened is closed. */
  get closed(): Promise<void> {
    return Promise.all([this.#closing, this.#checker.closed]).then(() => undefined);
  }

  /** Begins with the best source that does not rest. */
  start(): void {
    this.#tried.clear();
    this.#last = null;
    this.#takeNext(null, null);
  }

  handle(run: SourceRun, event: RunEvent): void {
    if (run === this.#candidate?.run) this.#candidate.handle(event);
    else if (run === this.#run) this.#current(run, event);
  }

  /** A picture has left the channel. */
  onPicture(ticks: number): void {
    this.#hadPicture = true;
    this.#run?.watch.picture(this.#now(), ticks);
  }

  onSound(ticks: number): void {
    this.#hadSound = true;
    this.#run?.watch.sound(this.#now(), ticks, !this.#hadPicture);
  }

  /** The source's first keyframe is on its way to the viewers. */
  onSplice(): void {
    const run = this.#run;
    if (!run) return;
    const last = this.#last;
    const from = last?.index;
    this.#tried.clear();
    this.#last = { index: run.index, mediaAtMs: this.#now() };
    if (last === null || from === undefined || from === run.index) return;
    const smooth = this.#change.cause !== 'fault' && this.#now() - last.mediaAtMs < UNNOTICED_MS;
    this.#returnedAtMs = this.#change.cause === 'returned' ? this.#now() : null;
    const gapMs = Math.round(this.#now() - last.mediaAtMs);
    this.#ports.onSwitch(from, run.index, this.#change, smooth ? null : gapMs);
  }

  /** Watches the source, a candidate, and whether a better source plays again. */
  tick(nowMs: number): void {
    this.#candidate?.tick(nowMs);
    const run = this.#run;
    if (!run) return;
    const error = run.watch.verdict(nowMs, {
      othersLeft: this.#othersLeft(run.index),
      hadPicture: this.#hadPicture,
      hadSound: this.#hadSound || run.program?.audio != null,
    });
    if (error) {
      this.#judge(run, error);
      return;
    }
    this.#soundless = false;
    this.#settle(run, nowMs);
  }

  /** A planned switch: the old source plays until the new one is there, when its account has room for both. */
  switchTo(index: number, change: Change): void {
    const source = this.#channel.sources[index];
    if (!source) return;
    this.#candidate?.drop();
    this.#candidate = null;
    const use = this.#use();
    const slot = this.#run ? this.#ports.slots.takeFree(source.account, use) : null;
    this.#ports.breakers.tried(source);
    if (!slot || this.#run?.liveAtMs == null) {
      this.#change = change;
      this.#open(index);
      return;
    }
    const run = this.#makeRun(index, { slot, mediaMs: () => null });
    this.#candidate = new Candidate(run, change, {
      nowMs: () => this.#now(),
      insist: change.cause === 'asked',
      onReady: (candidate) => this.#promote(candidate),
      onFailed: (error) => this.#candidateFailed(error),
    });
  }

  /** The check of a resting source is over. */
  checked(source: LiveSource, outcome: CheckOutcome): void {
    const { breakers } = this.#ports;
    if ('error' in outcome) {
      breakers.failed(source, outcome.error, null);
      return;
    }
    const proofs = breakers.checked(source, outcome.mark);
    const index = this.#channel.sources.indexOf(source);
    const better = this.#run !== null && index >= 0 && index < this.#run.index;
    if (proofs < BACKOFF.proofs || !better || this.#candidate) return;
    if (this.#ports.slots.hasRoom(source.account))
      this.switchTo(index, { cause: 'returned', reason: 'it has proved itself' });
  }

  /** The channel was edited: the source that plays stays if it is still one of its sources. */
  update(channel: LiveChannel): void {
    this.#channel = channel;
    const run = this.#run;
    if (!run) return;
    const index = channel.sources.findIndex((source) => isSame(source, run.source));
    if (this.#candidate && !channel.sources.some((source) => isSame(source, this.#candidate!.run.source)))
      this.#dropCandidate();
    if (index >= 0) {
      run.index = index;
      if (this.#last) this.#last.index = index;
      return;
    }
    this.#change = { cause: 'asked', reason: 'its address was changed' };
    this.#tried.clear();
    this.#takeNext(null, null);
  }

  /** Ends every connection in this tick. */
  close(): void {
    this.#dropCandidate();
    this.#checker.stop();
    this.#endRun();
  }

  #now(): number {
    return this.#ports.clock.monotonicMs();
  }

  #current(run: SourceRun, event: RunEvent): void {
    const { path } = this.#ports;
    if (event.type === 'unit') {
      if (event.unit.kind === 'video') run.watch.seen(this.#now());
      path.unit(event.unit);
    } else if (event.type === 'bytes') this.#ports.received(event.sizeBytes);
    else if (event.type === 'program') this.#program(run, event);
    else if (event.type === 'opened') opened(run, event);
    else if (event.type === 'paced') run.watch.paced(this.#now(), event.waitMs);
    else this.#fail(run, event.error);
  }

  #program(run: SourceRun, { program }: Extract<RunEvent, { type: 'program' }>): void {
    run.program = program;
    this.#ports.path.program(program);
  }

  /** Missing sound is a fault only while another source may have some. */
  #judge(run: SourceRun, error: AppError): void {
    if (sortOf(error) !== 'sound-missing' || this.#othersLeft(run.index)) {
      this.#fail(run, error);
      return;
    }
    if (!this.#soundless) this.#ports.onFailure(run.index, error);
    this.#soundless = true;
  }

  #fail(run: SourceRun, error: AppError): void {
    const reason = reasonOf(error);
    this.#remember(run, error);
    this.#ports.onFailure(run.index, error);
    this.#ports.onFault(reason);
    this.#change = { cause: 'fault', reason };
    const coming = this.#candidate;
    this.#candidate = null;
    // The source that was to come anyway comes now.
    if (coming) this.#adopt(coming);
    else this.#takeNext(run.index, error);
  }

  #remember(run: SourceRun, error: AppError): void {
    const { breakers } = this.#ports;
    const livedMs = run.liveAtMs === null ? null : this.#now() - run.liveAtMs;
    breakers.failed(run.source, error, livedMs);
    if (this.#returnedAtMs !== null && this.#now() - this.#returnedAtMs < BACKOFF.forgivenMs)
      breakers.relapsed(run.source);
    this.#returnedAtMs = null;
    if (livedMs === null) this.#tried.add(run.index);
  }

  #takeNext(current: number | null, error: AppError | null): void {
    const { sources } = this.#channel;
    const { breakers } = this.#ports;
    const next = chooseNext({
      count: sources.length,
      current,
      tried: this.#tried,
      rests: (index) => breakers.rests(sources[index]!),
    });
    if (next !== null) this.#open(next);
    else this.#down(error);
  }

  #down(error: AppError | null): void {
    const { sources } = this.#channel;
    const { breakers } = this.#ports;
    this.#endRun();
    const rests = sources.map((source) => breakers.of(source).restUntilMs);
    const retryAtMs = Math.max(this.#now() + LIMITS.shortestRetryMs, Math.min(...rests));
    // All rest since an earlier session: the best one's own failure says why.
    const known = sources.map((source) => breakers.of(source).lastError?.error).find(Boolean);
    this.#ports.onDown(error ?? known ?? broughtNothing('it does not answer'), retryAtMs);
  }

  /** Ends the old connection, then opens the next one, in the same tick. */
  #open(index: number): void {
    this.#endRun();
    this.#soundless = false;
    this.#ports.path.use();
    this.#ports.breakers.tried(this.#channel.sources[index]!);
    this.#run = this.#makeRun(index, { mediaMs: () => this.#ports.path.positionMs });
  }

  #makeRun(
    index: number,
    options: Pick<ConstructorParameters<typeof SourceRun>[0], 'slot' | 'mediaMs'>,
  ): SourceRun {
    const run = new SourceRun({
      source: this.#channel.sources[index]!,
      index,
      othersLeft: this.#othersLeft(index),
      ports: this.#ports,
      use: this.#use(),
      post: this.#ports.post,
      ...options,
    });
    this.#closing = Promise.all([this.#closing, run.done]).then(() => undefined);
    return run;
  }

  #use() {
    return {
      label: this.#channel.name,
      yields: () => (this.#ports.isUnwatched() ? YIELD.unwatched : null),
      evict: (reason: string) => this.#ports.evict(reason),
    };
  }

  #othersLeft(index: number): boolean {
    const { sources } = this.#channel;
    return sources.some(
      (source, other) => other !== index && !this.#tried.has(other) && !this.#ports.breakers.rests(source),
    );
  }

  /** The candidate's first keyframe is here. */
  #promote(candidate: Candidate): void {
    this.#candidate = null;
    this.#change = candidate.change;
    this.#adopt(candidate);
  }

  #adopt(candidate: Candidate): void {
    const { path } = this.#ports;
    this.#endRun();
    this.#soundless = false;
    this.#run = candidate.run;
    path.use();
    for (const event of candidate.take()) this.#current(candidate.run, event);
  }

  #candidateFailed(error: AppError): void {
    const run = this.#candidate?.run;
    this.#dropCandidate();
    if (!run) return;
    this.#ports.breakers.failed(run.source, error, null);
    this.#ports.onFailure(run.index, error);
  }

  #dropCandidate(): void {
    this.#candidate?.drop();
    this.#candidate = null;
  }

  #endRun(): void {
    const run = this.#run;
    if (!run) return;
    const nowMs = this.#now();
    if (run.liveAtMs !== null)
      this.#last = { index: run.index, mediaAtMs: Math.min(nowMs, run.watch.lastMediaAtMs ?? nowMs) };
    this.#damage = addDamage(this.#damage, run.damage);
    run.close();
    this.#run = null;
  }

  /** What is done while all is well. */
  #settle(run: SourceRun, nowMs: number): void {
    if (run.liveAtMs === null) return;
    const livedMs = nowMs - run.liveAtMs;
    if (livedMs > BACKOFF.forgivenMs) this.#ports.breakers.proved(run.source);
    if (livedMs > LIMITS.settledMs && !this.#candidate)
      this.#checker.look(this.#channel.sources.slice(0, run.index));
  }
}

function opened(run: SourceRun, event: Extract<RunEvent, { type: 'opened' }>): void {
  run.format = event.format;
  run.watch.continuous = event.continuous;
}

const isSame = (a: LiveSource, b: LiveSource): boolean =>
  a.id === b.id && a.url === b.url && JSON.stringify(a.headers) === JSON.stringify(b.headers);
