import type { AppError } from '../../core/errors.ts';
import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';
import { broughtNothing, missing, noKeyframe } from './failures.ts';
import { LIMITS, silenceLimitMs } from './policy.ts';

/** What the watch has to know of the channel around the source. */
export type Surroundings = {
  /** Another source may be taken. */
  othersLeft: boolean;
  /** The session has shown a picture, or has had sound. */
  hadPicture: boolean;
  hadSound: boolean;
};

type Track = { atMs: number; ticks: number };

const GAPS_KEPT = 200;
/** A source that trickles brings pictures, but far less than time passes: looked at over 1.5 silences. */
const TRICKLE_SILENCES = 1.5;
const TRICKLE_SHARE = 0.3;
const STEP_MS = 250;
const PIECE_GAP_MS = 100;
/** Sound that came this lately flows. */
const FLOWS_MS = 1500;

/** Looks at what one source brings, and says what is wrong with it (contracts.md §5). Times are monotonic ms. */
export class SourceWatch {
  readonly #startedAtMs: number;
  /** Continuous sources are judged by silence; others come in pieces and are judged by their own playlist. */
  continuous = true;
  #seenAtMs: number | null = null;
  #firstSeenAtMs: number | null = null;
  #picture: Track | null = null;
  #sound: Track | null = null;
  #liveAtMs: number | null = null;
  #liveTicks = 0;
  /** Times between pictures, the latest 200: the source's own rhythm. */
  readonly #gapsMs: number[] = [];
  /** Where the latest piece began that came after a pause. */
  #piece: Track | null = null;
  /** Where the picture was, four times a second. */
  #steps: Track[] = [];

  constructor(startedAtMs: number) {
    this.#startedAtMs = startedAtMs;
  }

  /** Since when its media leaves; null before its first keyframe. */
  get liveAtMs(): number | null {
    return this.#liveAtMs;
  }

  get lastMediaAtMs(): number | null {
    const times = [this.#picture?.atMs, this.#sound?.atMs].filter((at) => at !== undefined);
    return times.length === 0 ? null : Math.max(...times);
  }

  /** A picture has come, whether it could leave or not. */
  seen(nowMs: number): void {
    this.#firstSeenAtMs ??= nowMs;
    this.#seenAtMs = nowMs;
  }

  /** A picture has left. */
  picture(nowMs: number, ticks: number): void {
    const last = this.#picture?.atMs;
    if (last !== undefined && nowMs > last) this.#learn(nowMs, nowMs - last, ticks);
    this.#live(nowMs, ticks);
    if (nowMs - (this.#steps.at(-1)?.atMs ?? 0) >= STEP_MS) this.#steps.push({ atMs: nowMs, ticks });
    this.#picture = { atMs: Math.max(nowMs, last ?? 0), ticks };
  }

  sound(nowMs: number, ticks: number, alone: boolean): void {
    const last = this.#sound?.atMs;
    if (alone && last !== undefined && nowMs > last) this.#learn(nowMs, nowMs - last, ticks);
    this.#live(nowMs, ticks);
    this.#sound = { atMs: Math.max(nowMs, last ?? 0), ticks };
  }

  /** A source that is held back for so long is not silent meanwhile. */
  paced(nowMs: number, waitMs: number): void {
    this.#steps = [];
    for (const track of [this.#picture, this.#sound]) if (track) track.atMs = nowMs + waitMs;
  }

  /** What is wrong now; null when nothing is. */
  verdict(nowMs: number, around: Surroundings): AppError | null {
    if (this.#liveAtMs === null) return this.#joining(nowMs, around);
    const { hadPicture } = around;
    if (!hadPicture) return this.#silent(this.#sound, nowMs);
    return (
      this.#silent(this.#picture ?? { atMs: this.#liveAtMs, ticks: this.#liveTicks }, nowMs) ??
      this.#trickles(nowMs) ??
      this.#pictureBehind() ??
      (around.hadSound ? this.#soundBehind() : null)
    );
  }

  /** True when sound has come with the picture. */
  get hasSound(): boolean {
    return this.#sound !== null;
  }

  #live(nowMs: number, ticks: number): void {
    if (this.#liveAtMs !== null) return;
    this.#liveAtMs = nowMs;
    this.#liveTicks = ticks;
  }

  /** The distance of pieces is a rhythm only while they bring as much as time passes. */
  #learn(nowMs: number, gapMs: number, ticks: number): void {
    if (gapMs >= PIECE_GAP_MS) {
      const before = this.#piece;
      this.#piece = { atMs: nowMs, ticks };
      if (before && msBetween(before.ticks, ticks) < TRICKLE_SHARE * (nowMs - before.atMs)) return;
    }
    this.#gapsMs.push(gapMs);
    if (this.#gapsMs.length > GAPS_KEPT) this.#gapsMs.shift();
  }

  #joining(nowMs: number, { othersLeft }: Surroundings): AppError | null {
    if (nowMs - this.#startedAtMs > LIMITS.lastFirstKeyframeMs) return noKeyframe();
    if (!othersLeft) return null;
    if (this.#firstSeenAtMs === null || this.#seenAtMs === null) {
      const late = this.continuous && nowMs - this.#startedAtMs > LIMITS.firstPictureMs;
      return late ? missing('picture') : null;
    }
    if (nowMs - this.#firstSeenAtMs > LIMITS.firstKeyframeMs) return noKeyframe();
    if (this.continuous && nowMs - this.#seenAtMs > LIMITS.joinSilentMs)
      return broughtNothing('it went silent');
    return null;
  }

  #silent(track: Track | null, nowMs: number): AppError | null {
    if (!track || !this.continuous) return null;
    if (nowMs - track.atMs <= silenceLimitMs(this.#gapsMs)) return null;
    const soundFlows = track !== this.#sound && this.#sound !== null && nowMs - this.#sound.atMs < FLOWS_MS;
    return soundFlows ? missing('picture') : broughtNothing('it went silent');
  }

  #trickles(nowMs: number): AppError | null {
    const from = nowMs - TRICKLE_SILENCES * silenceLimitMs(this.#gapsMs);
    const first = this.#steps.findLastIndex((step) => step.atMs <= from);
    if (first === -1 || !this.#picture || !this.continuous || this.#picture.atMs > nowMs) return null;
    this.#steps = this.#steps.slice(first);
    const { atMs, ticks } = this.#steps[0]!;
    const slow = msBetween(ticks, this.#picture.ticks) < TRICKLE_SHARE * (nowMs - atMs);
    return slow ? broughtNothing('it sends far less than it shows') : null;
  }

  #pictureBehind(): AppError | null {
    if (this.continuous || !this.#sound) return null;
    const behind = msBetween(this.#picture?.ticks ?? this.#liveTicks, this.#sound.ticks);
    return behind > LIMITS.pictureMissingMs ? missing('picture') : null;
  }

  #soundBehind(): AppError | null {
    if (!this.#picture) return null;
    const behind = msBetween(this.#sound?.ticks ?? this.#liveTicks, this.#picture.ticks);
    return behind > LIMITS.soundMissingMs ? missing('sound') : null;
  }
}

const msBetween = (from: number, to: number): number => ((to - from) * 1000) / TICKS_PER_SECOND;
