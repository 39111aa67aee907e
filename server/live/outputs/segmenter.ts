import { describePicture } from '../../media/ts/describe.ts';
import type { Layout } from '../../media/ts/identity.ts';
import { muxSegment } from '../../media/ts/muxer.ts';
import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';
import type { PictureInfo } from '../../media/ts/sps.ts';
import type { AudioUnit, VideoUnit } from '../../media/ts/streams.ts';
import { shouldCut, targetOf } from './cut-rule.ts';

/** A finished segment. */
export type Segment = {
  bytes: Buffer;
  startTicks: number;
  durationS: number;
  /** Begins with a keyframe. */
  independent: boolean;
  /** Codec, picture size or sample rate differ from the segment before. */
  discontinuity: boolean;
};

type Ports = {
  targetS: number;
  nowMs(): number;
  /** Longest segment the published target duration allows; null while nothing is published. */
  limitS(): number | null;
  onSegment(segment: Segment): void;
};

type Open = { startTicks: number; independent: boolean; discontinuity: boolean; video: VideoUnit[] };
type Closed = Open & { endTicks: number; closedAtMs: number };

/** How long a finished picture waits for its sound (media-decisions.md Q1). */
const SOUND_WAIT_MS = 1500;
const LONGEST_UNPUBLISHED_S = 12;
const KEPT_SOUND_TICKS = 60 * TICKS_PER_SECOND;
/** Longer than a segment may be when its list rounds it (RFC 8216 §4.3.3.1), less one picture. */
const LIMIT_SLACK_S = 0.4;

/**
 * Cuts units into segments: pictures at keyframes near the target length, sound by its PTS. A segment is given out when
 * the sound has reached its end too.
 */
export class Segmenter {
  readonly #ports: Ports;
  #layout: Layout;
  #open: Open | null = null;
  #closed: Closed[] = [];
  #sound: AudioUnit[] = [];
  #soundEnd: number | null = null;
  #madeS = 0;
  #lastKeyTicks: number | null = null;
  #gopTicks: number[] = [];
  #picture: PictureInfo | null = null;
  #breakDue = false;
  longestGopS = 0;
  cutsWithoutKeyframe = 0;

  constructor(layout: Layout, ports: Ports) {
    this.#layout = layout;
    this.#ports = ports;
  }

  get picture(): PictureInfo | null {
    return this.#picture;
  }

  /** A source with the same codecs but other parameters begins with the next unit. */
  splice(layout: Layout, soundChanged: boolean): void {
    this.#layout = layout;
    this.#breakDue ||= soundChanged;
    this.#lastKeyTicks = null;
  }

  video(unit: VideoUnit): void {
    if (unit.key) this.#keyframe(unit);
    else this.#cutTooLong(unit);
    this.#open?.video.push(unit);
  }

  audio(unit: AudioUnit): void {
    this.#sound.push(unit);
    this.#soundEnd = unit.pts + (unit.durationTicks ?? 0);
    if (this.#layout.video === null) this.#cutSoundAlone(unit);
    this.#publish();
  }

  /** Looks whether a segment has waited long enough for its sound. */
  tick(): void {
    this.#publish();
  }

  #keyframe(unit: VideoUnit): void {
    this.#learnGop(unit.pts);
    const discontinuity = this.#look(unit);
    const open = this.#open;
    if (!open) {
      this.#begin(unit.pts, true, discontinuity);
      return;
    }
    const elapsedS = (unit.pts - open.startTicks) / TICKS_PER_SECOND;
    const targetS = targetOf(this.#madeS, this.#ports.targetS);
    if (!discontinuity && !shouldCut({ elapsedS, gopS: this.#gopS(), targetS })) return;
    this.#cut(unit.pts, true, discontinuity);
  }

  /** No keyframe comes before the list's target duration: cut without one, and count it. */
  #cutTooLong(unit: VideoUnit): void {
    if (!this.#open) return;
    const elapsedS = (unit.pts - this.#open.startTicks) / TICKS_PER_SECOND;
    const limitS = this.#ports.limitS();
    const longest = limitS === null ? LONGEST_UNPUBLISHED_S : limitS + LIMIT_SLACK_S;
    if (elapsedS < longest) return;
    this.cutsWithoutKeyframe++;
    this.#cut(unit.pts, false, false);
  }

  #cutSoundAlone(unit: AudioUnit): void {
    if (!this.#open) {
      this.#begin(unit.pts, true, false);
      return;
    }
    const elapsedS = (unit.pts - this.#open.startTicks) / TICKS_PER_SECOND;
    if (elapsedS < targetOf(this.#madeS, this.#ports.targetS)) return;
    const discontinuity = this.#breakDue;
    this.#breakDue = false;
    this.#cut(unit.pts, true, discontinuity);
  }

  #begin(startTicks: number, independent: boolean, discontinuity: boolean): void {
    this.#open = { startTicks, independent, discontinuity, video: [] };
  }

  #cut(endTicks: number, independent: boolean, discontinuity: boolean): void {
    if (this.#open) {
      this.#closed.push({ ...this.#open, endTicks, closedAtMs: this.#ports.nowMs() });
      this.#madeS += (endTicks - this.#open.startTicks) / TICKS_PER_SECOND;
    }
    this.#begin(endTicks, independent, discontinuity);
    this.#publish();
  }

  #publish(): void {
    for (let next = this.#closed[0]; next; next = this.#closed[0]) {
      const reached =
        this.#layout.audio === null || (this.#soundEnd !== null && this.#soundEnd >= next.endTicks);
      if (!reached && this.#ports.nowMs() - next.closedAtMs < SOUND_WAIT_MS) return;
      this.#closed.shift();
      this.#give(next);
    }
  }

  #give({ startTicks, endTicks, video, independent, discontinuity }: Closed): void {
    const audio = this.#sound.filter((unit) => unit.pts >= startTicks && unit.pts < endTicks);
    this.#sound = this.#sound.filter(
      (unit) => unit.pts >= endTicks && unit.pts < endTicks + KEPT_SOUND_TICKS,
    );
    const bytes = muxSegment({ layout: this.#layout, video, audio });
    const durationS = (endTicks - startTicks) / TICKS_PER_SECOND;
    this.#ports.onSegment({ bytes, startTicks, durationS, independent, discontinuity });
  }

  #learnGop(pts: number): void {
    if (this.#lastKeyTicks !== null && pts > this.#lastKeyTicks) {
      const ticks = pts - this.#lastKeyTicks;
      this.#gopTicks = [...this.#gopTicks, ticks].slice(-8);
      this.longestGopS = Math.max(this.longestGopS, ticks / TICKS_PER_SECOND);
    }
    this.#lastKeyTicks = pts;
  }

  /** The latest distance of keyframes that is usual: the median of the last eight. */
  #gopS(): number {
    const sorted = [...this.#gopTicks].sort((a, b) => a - b);
    return (sorted[Math.floor(sorted.length / 2)] ?? 0) / TICKS_PER_SECOND;
  }

  /** True when this keyframe says something else of its picture than the last one did, or the sound changed. */
  #look(unit: VideoUnit): boolean {
    const before = this.#picture;
    const picture = describePicture('h264', unit.data) ?? before;
    this.#picture = picture;
    const changed =
      before !== null &&
      picture !== null &&
      (before.width !== picture.width ||
        before.height !== picture.height ||
        before.codecString !== picture.codecString);
    const discontinuity = changed || this.#breakDue;
    this.#breakDue = false;
    return discontinuity;
  }
}
