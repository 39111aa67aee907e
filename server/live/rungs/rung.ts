import type { RungEvent, StreamRung } from '../../../lib/contract/live-rungs.ts';
import { AppError, isAppError } from '../../core/errors.ts';
import { RungEncoder } from './encoder.ts';
import { SOFTWARE } from './encoder-args.ts';
import type { RungPlan } from './ladder.ts';
import { Retries } from './retries.ts';
import { RungDoor } from './rung-states.ts';
import type { EncoderPlace, LiveRungSpec, RungPorts } from './types.ts';

export type RungFacts = Omit<StreamRung, 'viewers' | 'bits_per_second'>;

const IDLE_MS = 5000;
const BROKEN_MS = 30_000;
const GIVEN_UP_MS = 60_000;
const MS_PER_SECOND = 1000;

/**
 * One rung of one channel: its encoder begins with the first viewer and ends with the last one. There is one encoder
 * at most: the next one begins when the process of the one before it is gone.
 */
export class Rung {
  readonly spec: LiveRungSpec;
  readonly #ports: RungPorts;
  readonly #door = new RungDoor();
  readonly #retries = new Retries();
  #reason: string | null = null;
  #place: EncoderPlace | null = null;
  #encoder: RungEncoder | null = null;
  #leaving: Promise<void> | null = null;
  /** Of the first encoder; the later ones make the same. */
  #plan: RungPlan | null = null;
  /** The same for as long as it runs, so that its pictures go on in one form, unless it fails. */
  #video = SOFTWARE;
  #leadTicks = 0;
  #lowered = false;
  #wantedAtMs = 0;
  #refusedUntilMs = 0;
  #startedAt: Date | null = null;
  #restarts = 0;
  #closed = false;

  constructor(spec: LiveRungSpec, ports: RungPorts) {
    this.spec = spec;
    this.#ports = ports;
  }

  /** An encoder runs, or is about to. */
  get isActive(): boolean {
    return this.#door.active;
  }

  /** Nobody wants it, and nothing speaks against it. */
  get isIdle(): boolean {
    return this.#door.state === 'off';
  }

  /**
   * A viewer asked for its list: the encoder begins if there is none.
   * @throws AppError QUALITY_UNAVAILABLE while it is refused, with the reason and the time to wait.
   */
  want(): void {
    if (this.#closed) return;
    const now = this.#ports.clock.monotonicMs();
    this.#wantedAtMs = now;
    if (this.#door.active) return;
    if (this.#door.state === 'refused') {
      if (now < this.#refusedUntilMs) throw this.#unavailable(now);
      this.#rest(null);
    }
    try {
      this.#place = this.#ports.governor.take(this.#ports.channelId, this.spec);
    } catch (error) {
      if (!isAppError(error)) throw error;
      this.#refuse(error.message, (error.retryAfterSeconds ?? 1) * MS_PER_SECOND);
      throw error;
    }
    this.#door.enter('starting');
    this.#reason = null;
    this.#lowered = false;
    this.#video = this.#ports.encoders?.current() ?? SOFTWARE;
    this.#restarts = 0;
    this.#startedAt = new Date(this.#ports.clock.now());
    this.#retries.forget();
    this.#ports.onEvent('started', 'Its first viewer came.');
    this.#begin();
  }

  /** Looks after the encoder; called a few times a second with the monotonic time. */
  tick(nowMs: number, viewers: number): void {
    if (viewers > 0) this.#wantedAtMs = Math.max(this.#wantedAtMs, nowMs);
    if (this.#door.state === 'refused' && nowMs >= this.#refusedUntilMs) this.#rest(null);
    if (!this.#door.active) return;
    if (nowMs - this.#wantedAtMs >= IDLE_MS) {
      this.#rest('Nobody watches it any more.');
      return;
    }
    const encoder = this.#encoder;
    if (!encoder) {
      this.#begin();
      return;
    }
    const trouble = encoder.check(nowMs);
    if (trouble === 'hung') {
      this.#failed('The encoder hung.');
      return;
    }
    this.#govern(encoder, nowMs, trouble === 'too-slow');
  }

  /** The source has another codec or another grid of keyframes: the encoder begins anew. Another size changes nothing. */
  sourceChanged(): void {
    const encoder = this.#encoder;
    const feed = this.#ports.feed();
    if (!encoder || !feed) return;
    const before = encoder.feed;
    if (before.codec === feed.codec && before.gridTicks === feed.gridTicks) return;
    this.#leadTicks = 0;
    this.#again('The source has other codecs now.', true);
  }

  /** It is not made for a while, because somebody said so. */
  block(reason: string, forMs: number): void {
    if (this.#closed) return;
    this.#refuse(reason, forMs, 'stopped');
  }

  facts(): RungFacts {
    const nowMs = this.#ports.clock.monotonicMs();
    const speed = this.#encoder?.speed(nowMs) ?? null;
    const plan = this.#plan ?? this.#encoder?.plan;
    return {
      rung: this.spec.id,
      state: this.#door.state,
      reason: this.#reason,
      width: plan?.width ?? null,
      height: plan?.height ?? null,
      encoder: this.#encoder?.encoder.name ?? null,
      speed: speed === null ? null : Math.round(speed * 100) / 100,
      cpu_percent: this.#encoder?.cpuPercent ?? null,
      lag_ms: this.#encoder?.lagMs ?? null,
      restarts: this.#restarts,
      started_at: this.#door.active ? (this.#startedAt?.toISOString() ?? null) : null,
    };
  }

  /** Ends the encoder; resolves when its process is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#door.active) this.#rest('The channel stopped.');
    await this.#leaving;
  }

  #unavailable(nowMs: number): AppError {
    const retryAfterSeconds = Math.max(1, Math.ceil((this.#refusedUntilMs - nowMs) / MS_PER_SECOND));
    return new AppError('QUALITY_UNAVAILABLE', {
      ...(this.#reason !== null && { message: this.#reason }),
      retryAfterSeconds,
    });
  }

  #begin(): void {
    if (this.#closed || !this.#door.active || this.#encoder || this.#leaving) return;
    if (!this.#retries.due(this.#ports.clock.monotonicMs())) return;
    const feed = this.#ports.feed();
    if (!feed) return;
    const encoder: RungEncoder = new RungEncoder(
      {
        rung: this.spec,
        feed,
        fromTicks: this.#ports.begin(),
        encoder: this.#video,
        plan: this.#plan,
        lowered: this.#lowered,
        leadTicks: this.#leadTicks,
      },
      {
        ffmpeg: this.#ports.ffmpeg,
        clock: this.#ports.clock,
        onUnit: (unit) => {
          if (encoder === this.#encoder && this.#door.state === 'starting')
            this.#door.enter(this.#lowered ? 'lowered' : 'running');
          this.#ports.onUnit(unit);
        },
        onEnd: (lastLine) => {
          if (encoder === this.#encoder)
            this.#failed(lastLine ? `The encoder ended: ${lastLine}` : 'The encoder ended.');
        },
        onWrongPhase: (leadTicks) => {
          if (encoder !== this.#encoder) return;
          this.#leadTicks = leadTicks;
          this.#retry('Its first picture was not the one that was fed.');
        },
      },
    );
    this.#encoder = encoder;
  }

  #govern(encoder: RungEncoder, nowMs: number, tooSlow: boolean): void {
    const { lagMs, cpuPercent } = encoder;
    if (lagMs === null) return;
    const order = this.#place?.report({ speed: encoder.speed(nowMs), lagMs, cpuPercent });
    if (order === 'give-up' || (tooSlow && this.#lowered)) {
      this.#refuse('This machine cannot keep up with this quality now. Choose a lower one.', GIVEN_UP_MS);
    } else if ((order === 'lower' || tooSlow) && !this.#lowered) {
      this.#lowered = true;
      const reason = 'The machine could not keep up: every second picture is made.';
      this.#ports.onEvent('lowered', reason);
      this.#leave(false);
      this.#reason = reason;
      this.#enterStarting();
    }
  }

  #failed(reason: string): void {
    if (this.#video !== SOFTWARE) {
      this.#ports.encoders?.failed(this.#video);
      this.#video = SOFTWARE;
    }
    this.#retry(reason);
  }

  #retry(reason: string): void {
    const nowMs = this.#ports.clock.monotonicMs();
    this.#ports.log.warn(
      { channelId: this.#ports.channelId, rung: this.spec.id, reason },
      'an encoder failed',
    );
    if (this.#video !== SOFTWARE) {
      this.#ports.encoders?.failed(this.#video);
      this.#video = SOFTWARE;
    }
    if (this.#retries.failed(nowMs)) this.#again(reason, false);
    else this.#refuse('Its encoder failed again and again. Choose another quality for now.', BROKEN_MS);
  }

  #again(reason: string, drain: boolean): void {
    this.#restarts++;
    this.#reason = reason;
    this.#ports.onEvent('restarted', reason);
    this.#leave(drain);
    this.#enterStarting();
  }

  #enterStarting(): void {
    if (this.#door.state !== 'starting') this.#door.enter('starting');
  }

  #rest(reason: string | null): void {
    if (reason !== null) this.#ports.onEvent('stopped', reason);
    this.#reason = null;
    this.#giveBack();
    this.#door.enter('off');
  }

  #refuse(reason: string, forMs: number, event: RungEvent['event'] = 'refused'): void {
    this.#refusedUntilMs = this.#ports.clock.monotonicMs() + forMs;
    this.#reason = reason;
    this.#ports.onEvent(event, reason);
    this.#giveBack();
    this.#door.enter('refused');
  }

  #giveBack(): void {
    this.#place?.release();
    this.#place = null;
    this.#leave(false);
  }

  /** Ends the encoder that there is; the next one may begin when it is gone. */
  #leave(drain: boolean): void {
    const encoder = this.#encoder;
    this.#encoder = null;
    if (!encoder) return;
    this.#plan ??= encoder.plan;
    this.#leaving = (drain ? encoder.finish() : encoder.stop()).then(() => {
      this.#leaving = null;
      this.#begin();
    });
  }
}
