import type { SwitchCause } from '../../../lib/contract/streams.ts';
import type { AppError } from '../../core/errors.ts';
import { ownUnit } from '../../media/ts/streams.ts';
import { broughtNothing } from './failures.ts';
import { LIMITS } from './policy.ts';
import type { RunEvent, SourceRun } from './run.ts';

/** Why the source changes. */
export type Change = { cause: SwitchCause; reason: string };

type Ports = {
  nowMs(): number;
  /** Go to it even when it is not complete in time. */
  insist: boolean;
  onReady(candidate: Candidate): void;
  onFailed(error: AppError): void;
};

const MOST_HELD_SOUND = 500;

/** A source that is opened while the old one still plays; what it brings is kept until it has picture and sound. */
export class Candidate {
  readonly run: SourceRun;
  readonly change: Change;
  readonly #ports: Ports;
  #kept: RunEvent[] = [];
  #units: RunEvent[] = [];
  #openedAtMs: number | null = null;
  #hasPicture = false;
  #hasKey = false;
  #hasSound = false;

  constructor(run: SourceRun, change: Change, ports: Ports) {
    this.run = run;
    this.change = change;
    this.#ports = ports;
  }

  handle(event: RunEvent): void {
    if (event.type === 'ended') this.#ports.onFailed(event.error);
    else if (event.type === 'unit') this.#unit(event);
    else this.#keep(event);
  }

  /** Two connections for two seconds at most. */
  tick(nowMs: number): void {
    const sinceMs = this.#openedAtMs ?? this.run.startedAtMs;
    if (nowMs - sinceMs < LIMITS.overlapMs) return;
    if (this.#hasPicture && this.#ports.insist) this.#ports.onReady(this);
    else this.#ports.onFailed(broughtNothing('it was not complete in time'));
  }

  /** Everything kept, in order. */
  take(): RunEvent[] {
    const all = [...this.#kept, ...this.#units];
    this.#kept = [];
    this.#units = [];
    return all;
  }

  drop(): void {
    this.run.close();
    this.take();
  }

  #unit(event: Extract<RunEvent, { type: 'unit' }>): void {
    const { unit } = event;
    if (unit.kind === 'audio') this.#hasSound = true;
    else {
      this.#hasPicture = true;
      this.#hasKey ||= unit.key;
      if (!this.#hasKey) return;
    }
    this.#units.push({ ...event, unit: ownUnit(unit) });
    if (!this.#hasKey && this.#units.length > MOST_HELD_SOUND) this.#units.shift();
    const { program } = this.run;
    const complete = (this.#hasKey || !program?.video) && (this.#hasSound || !program?.audio);
    if (complete) this.#ports.onReady(this);
  }

  #keep(event: RunEvent): void {
    if (event.type === 'paced') return;
    if (event.type === 'opened') this.#openedAtMs = this.#ports.nowMs();
    if (event.type === 'program') this.run.program = event.program;
    this.#kept.push(event);
  }
}
