import { describePicture } from '../../media/ts/describe.ts';
import type { Layout } from '../../media/ts/identity.ts';
import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';
import type { PacketSink } from '../../media/ts/packet-sink.ts';
import { LONGEST_LAG_TICKS, PacketWriter } from '../../media/ts/packet-writer.ts';
import { silentFrameLike } from '../../media/ts/silence.ts';
import type { PictureInfo } from '../../media/ts/sps.ts';
import type { AudioUnit, VideoUnit } from '../../media/ts/streams.ts';
import { shouldCut, targetOf } from './cut-rule.ts';
import { SegmentWriter } from './segment-writer.ts';

/** A finished segment. */
export type Segment<Sink> = {
  /** Holds its packets. */
  sink: Sink;
  startTicks: number;
  durationS: number;
  /** Begins with a keyframe. */
  independent: boolean;
  /** Codec, picture size or sample rate differ from the segment before. */
  discontinuity: boolean;
};

type Ports<Sink> = {
  /** Somewhere to write the next segment. */
  open(): Sink;
  targetS: number;
  nowMs(): number;
  /** Longest segment the published target duration allows; null while nothing is published. */
  limitS(): number | null;
  /** How long a finished picture waits for its sound, if not 1.5 s: longer while a converter still owes some. */
  soundWaitMs?(): number;
  onSegment(segment: Segment<Sink>): void;
};

type Open<Sink> = {
  startTicks: number;
  independent: boolean;
  discontinuity: boolean;
  sink: Sink;
  writer: SegmentWriter;
};
type Closed<Sink> = Open<Sink> & { endTicks: number; closedAtMs: number };

/** How long a finished picture waits for its sound (media-decisions.md Q1). */
const SOUND_WAIT_MS = 1500;
const LONGEST_UNPUBLISHED_S = 12;
const KEPT_SOUND_TICKS = 60 * TICKS_PER_SECOND;
/** Sound may begin this much before the end of what stands before it. */
const OVERLAP_TICKS = 450;
/** Longer than a segment may be when its list rounds it (RFC 8216 §4.3.3.1), less one picture. */
const LIMIT_SLACK_S = 0.4;

/**
 * Cuts units into segments: pictures at keyframes near the target length, sound by its PTS. Units are written as they
 * come; a segment is given out when the sound has reached its end too.
 */
export class Segmenter<Sink extends PacketSink> {
  readonly #ports: Ports<Sink>;
  readonly #packets: PacketWriter;
  #layout: Layout;
  #open: Open<Sink> | null = null;
  #closed: Closed<Sink>[] = [];
  /** Sound that may belong behind a cut that has not come yet. */
  #sound: AudioUnit[] = [];
  /** Decoding time of the latest picture: no later cut lies before it. */
  #reachedTicks = Number.NEGATIVE_INFINITY;
  #soundEnd: number | null = null;
  /** Fills the place of sound that does not come: players halt at a hole in it. */
  #silence: AudioUnit | null = null;
  #filled = false;
  #madeS = 0;
  #lastKeyTicks: number | null = null;
  #gopTicks: number[] = [];
  #picture: PictureInfo | null = null;
  #breakDue = false;
  longestGopS = 0;
  cutsWithoutKeyframe = 0;

  constructor(layout: Layout, ports: Ports<Sink>) {
    this.#layout = layout;
    // Segments are not played as they are made, so their clock may stay back from the beginning.
    this.#packets = new PacketWriter(layout, { lagTicks: LONGEST_LAG_TICKS });
    this.#ports = ports;
  }

  get picture(): PictureInfo | null {
    return this.#picture;
  }

  /** A source with the same codecs but other parameters begins with the next unit. */
  splice(layout: Layout, soundChanged: boolean): void {
    this.#layout = layout;
    if (soundChanged) this.#silence = null;
    // Another map of the program is only read at the start of a segment.
    this.#breakDue ||= this.#packets.changeLayout(layout) || soundChanged;
    this.#lastKeyTicks = null;
  }

  video(unit: VideoUnit): void {
    if (unit.key) this.#keyframe(unit);
    else this.#cutTooLong(unit);
    if (!this.#open) return;
    this.#open.writer.video(unit);
    this.#reachedTicks = unit.dts;
    this.#placeSound();
  }

  audio(unit: AudioUnit): void {
    if (this.#filled) {
      if (unit.pts < this.#soundEnd! - OVERLAP_TICKS) return;
      this.#sound.push(...this.#silenceUntil(unit.pts - OVERLAP_TICKS));
      this.#filled = false;
    }
    this.#silence ??= silenceLike(unit);
    this.#soundEnd = unit.pts + (unit.durationTicks ?? 0);
    if (this.#layout.video === null) {
      this.#cutSoundAlone(unit);
      this.#reachedTicks = unit.pts;
    }
    this.#sound.push(unit);
    this.#placeSound();
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
    const sink = this.#ports.open();
    const writer = new SegmentWriter(this.#packets, sink);
    this.#open = { startTicks, independent, discontinuity, sink, writer };
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
    const waitMs = this.#ports.soundWaitMs?.() ?? SOUND_WAIT_MS;
    for (let next = this.#closed[0]; next; next = this.#closed[0]) {
      const reached =
        this.#layout.audio === null || (this.#soundEnd !== null && this.#soundEnd >= next.endTicks);
      if (!reached && this.#ports.nowMs() - next.closedAtMs < waitMs) return;
      this.#closed.shift();
      this.#give(next);
    }
  }

  /** Writes the sound whose segment is certain. */
  #placeSound(): void {
    let placed = 0;
    for (const unit of this.#sound) {
      const part = this.#segmentOf(unit.pts);
      if (part === 'later') break;
      part?.writer.audio(unit);
      placed++;
    }
    if (placed > 0) this.#sound.splice(0, placed);
  }

  /** The segment a time lies in; null when that is given out already or there never was one. */
  #segmentOf(ticks: number): Open<Sink> | 'later' | null {
    for (const part of this.#closed) if (ticks < part.endTicks) return ticks < part.startTicks ? null : part;
    const open = this.#open;
    if (!open || ticks > this.#reachedTicks) return 'later';
    return ticks < open.startTicks ? null : open;
  }

  /** Frames of silence that begin where the sound ended, up to a time. */
  #silenceUntil(endTicks: number): AudioUnit[] {
    const { video, audio } = this.#layout;
    const silence = this.#silence;
    const frames: AudioUnit[] = [];
    if (!silence?.durationTicks || !video || !audio || this.#soundEnd === null) return frames;
    for (; this.#soundEnd < endTicks; this.#soundEnd += silence.durationTicks)
      frames.push({ ...silence, pts: Math.round(this.#soundEnd) });
    return frames;
  }

  #give({ sink, writer, startTicks, endTicks, independent, discontinuity }: Closed<Sink>): void {
    const silent = this.#silenceUntil(endTicks);
    this.#filled ||= silent.length > 0;
    for (const unit of silent) if (unit.pts >= startTicks) writer.audio(unit);
    writer.finish();
    this.#sound = this.#sound.filter((unit) => unit.pts < endTicks + KEPT_SOUND_TICKS);
    const durationS = (endTicks - startTicks) / TICKS_PER_SECOND;
    this.#ports.onSegment({ sink, startTicks, durationS, independent, discontinuity });
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

/** Owns its bytes: a frame is a part of much more memory. */
function silenceLike(unit: AudioUnit): AudioUnit | null {
  const data = silentFrameLike(unit.data);
  return data && unit.durationTicks ? { ...unit, data } : null;
}
