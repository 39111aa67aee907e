import type { AppError } from '../../core/errors.ts';
import type { MediaPath } from '../relay/media-path.ts';
import type { LiveChannel, LiveSource } from '../types.ts';
import { Candidate, type Change } from './candidate.ts';
import { Checker } from './checker.ts';
import { addDamage, type DamageCounts, NO_DAMAGE } from './damage.ts';
import { Lineup, type LineupPorts } from './lineup.ts';
import { BACKOFF, LIMITS, reasonOf, sortOf } from './policy.ts';
import type { RunEvent, SourceRun } from './run.ts';

/** How the check of a source ended. */
export type CheckOutcome = { mark: string | null } | { error: AppError };

type SupplyPorts = LineupPorts & {
  path: MediaPath;
  received(sizeBytes: number): void;
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
  readonly #lineup: Lineup;
  #run: SourceRun | null = null;
  #candidate: Candidate | null = null;
  /** The source that played last, since when it is missed, and why it is left. */
  #last: { index: number; mediaAtMs: number } | null = null;
  #change: Change = { cause: 'fault', reason: '' };
  #hadPicture = false;
  #hadSound = false;
  #soundless = false;
  #returnedAtMs: number | null = null;
  #damage: DamageCounts = NO_DAMAGE;

  constructor(channel: LiveChannel, ports: SupplyPorts) {
    this.#lineup = new Lineup(channel, ports);
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
    return Promise.all([this.#lineup.closed, this.#checker.closed]).then(() => undefined);
  }

  /** Begins with the best source that does not rest. */
  start(): void {
    this.#lineup.forgetTried();
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
    this.#lineup.forgetTried();
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
      othersLeft: this.#lineup.othersLeft(run.index),
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
    const source = this.#lineup.at(index);
    if (!source) return;
    this.#dropCandidate();
    const playing = this.#run?.liveAtMs != null;
    const slot = playing ? this.#ports.slots.takeFree(source.account, this.#lineup.use()) : null;
    if (!slot) {
      this.#change = change;
      this.#open(index);
      return;
    }
    const run = this.#lineup.run(index, { slot, mediaMs: () => null });
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
    const index = this.#lineup.indexOf(source);
    const better = this.#run !== null && index >= 0 && index < this.#run.index;
    if (proofs < BACKOFF.proofs || !better || this.#candidate) return;
    if (this.#ports.slots.hasRoom(source.account))
      this.switchTo(index, { cause: 'returned', reason: 'it has proved itself' });
  }

  /** The channel was edited: the source that plays stays if it is still one of its sources. */
  update(channel: LiveChannel): void {
    this.#lineup.replace(channel);
    const run = this.#run;
    if (!run) return;
    if (this.#candidate && this.#lineup.indexOf(this.#candidate.run.source) < 0) this.#dropCandidate();
    if (this.#candidate) this.#candidate.run.index = this.#lineup.indexOf(this.#candidate.run.source);
    const index = this.#lineup.indexOf(run.source);
    if (index >= 0) {
      run.index = index;
      if (this.#last) this.#last.index = index;
      return;
    }
    this.#change = { cause: 'asked', reason: 'its address was changed' };
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
    if (sortOf(error) !== 'sound-missing' || this.#lineup.othersLeft(run.index)) {
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
    if (livedMs === null) this.#lineup.triedInVain(run.index);
  }

  #takeNext(current: number | null, error: AppError | null): void {
    const next = this.#lineup.next(current);
    if (next !== null) {
      this.#open(next);
      return;
    }
    this.#endRun();
    this.#ports.onDown(error ?? this.#lineup.knownFailure, this.#lineup.retryAtMs);
  }

  /** Ends the old connection, then opens the next one, in the same tick. */
  #open(index: number): void {
    this.#endRun();
    this.#soundless = false;
    this.#ports.path.use();
    this.#run = this.#lineup.run(index, { mediaMs: () => this.#ports.path.positionMs });
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
      this.#checker.look(this.#lineup.betterThan(run.index));
  }
}

function opened(run: SourceRun, event: Extract<RunEvent, { type: 'opened' }>): void {
  run.format = event.format;
  run.watch.continuous = event.continuous;
}
