import type { Fault, FaultKind } from './fault';
import type { HlsSession } from './hls-session';
import { type Action, decide, NOTICES } from './policy';
import type { PlayerMode, PlayerState } from './types';

/** What the repairs need of the engine. */
export type RepairPorts = {
  state: () => PlayerState;
  patch: (change: Partial<PlayerState>) => void;
  session: () => HlsSession | null;
  nextMode: () => PlayerMode | null;
  /** Opens the source again; -1 = where it begins. */
  start: (mode: PlayerMode, at: number) => void;
  /** Fetches fresh links and answers whether there were any; null = there is nobody to ask. */
  renew: (() => Promise<boolean>) | null;
  giveUp: () => void;
  startPosition: () => number;
};

/** Faults are forgotten after this much play without a new one. */
const STEADY_MS = 20_000;

/** Carries out the policy table: counts what was tried for each kind of fault and does the next thing. */
export class Repairs {
  readonly #ports: RepairPorts;
  #tried = new Map<FaultKind, number>();
  #lastFaultAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ports: RepairPorts) {
    this.#ports = ports;
  }

  onFault(fault: Fault): void {
    const { patch, state, nextMode, renew } = this.#ports;
    if (state().phase === 'failed') return;
    this.#lastFaultAt = Date.now();
    const { action, tried } = decide(fault, this.#tried.get(fault.kind) ?? 0, {
      hasNextMode: nextMode() !== null,
      canRenew: renew !== null,
    });
    this.#tried.set(fault.kind, tried);
    if (action.do !== 'give-up') {
      patch({ notice: fault.sentence ?? NOTICES[fault.kind], noticeFromServer: fault.sentence !== null });
    }
    this.#act(action);
  }

  /** Called while it plays. */
  onPlaying(): void {
    if (this.#tried.size > 0 && Date.now() - this.#lastFaultAt > STEADY_MS) this.#tried.clear();
  }

  reset(): void {
    this.#tried.clear();
    this.cancel();
  }

  /** Stops a retry that waits. */
  cancel(): void {
    clearTimeout(this.#timer);
  }

  #act(action: Action): void {
    const { state, patch, nextMode, start, giveUp } = this.#ports;
    if (action.do === 'retry') {
      this.cancel();
      this.#timer = setTimeout(() => this.#retry(), action.delayMs);
    } else if (action.do === 'recover') {
      this.#recover(action.skipSeconds);
    } else if (action.do === 'renew') {
      void this.#renew();
    } else if (action.do === 'next-mode') {
      const next = nextMode();
      if (next) start(next, state().live ? -1 : this.#position());
    } else {
      giveUp();
      patch({ phase: 'failed', notice: null, error: { code: action.code, sentence: action.sentence } });
    }
  }

  /** Where to go on: live at the edge, a video where it was, or where it was to begin. */
  #position(): number {
    const { live, currentTime } = this.#ports.state();
    if (live) return -1;
    return currentTime > 0 ? currentTime : this.#ports.startPosition();
  }

  #recover(skipSeconds: number): void {
    const { session, state, start } = this.#ports;
    const { mode, live, currentTime } = state();
    const running = session();
    if (running) running.recover(skipSeconds);
    else if (mode) start(mode, live ? -1 : currentTime + skipSeconds);
  }

  #retry(): void {
    const { session, state, start } = this.#ports;
    const running = session();
    const { mode, live } = state();
    if (running?.hasPlaylist && !live) running.resume();
    else if (mode) start(mode, this.#position());
  }

  async #renew(): Promise<void> {
    const { renew, state, start } = this.#ports;
    const renewed = await renew?.();
    const { mode, phase } = state();
    if (phase === 'failed' || renewed === undefined) return;
    if (renewed && mode) start(mode, this.#position());
    else this.onFault({ kind: 'link', code: 'no fresh link', retryAfterMs: null, sentence: null });
  }
}
