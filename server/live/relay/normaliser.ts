import { diff33, TICKS_PER_SECOND } from '../../media/ts/packet.ts';
import type { AudioUnit, Program, Unit, VideoUnit } from '../../media/ts/streams.ts';

/** What begins to leave the normaliser: a source's first keyframe and, when it has come already, its first sound. */
export type Splice = {
  program: Program;
  key: VideoUnit | null;
  sound: AudioUnit | null;
  /** True for the first picture of the session: nothing stood before it. */
  first: boolean;
};

type Ports = {
  onSplice(splice: Splice): void;
  onVideo(unit: VideoUnit): void;
  onAudio(unit: AudioUnit): void;
};

const HELD_UNITS = 500;
const LONGEST_GAP_TICKS = 10 * TICKS_PER_SECOND;
const SOUND_ASTRAY_TICKS = 5 * TICKS_PER_SECOND;
const SOUND_JUMP_TICKS = TICKS_PER_SECOND;
/** Sound may begin this much before the end of the old one. */
const OVERLAP_TICKS = 450;
const LONGEST_FRAME_TICKS = TICKS_PER_SECOND / 4;
const USUAL_FRAME_TICKS = 3600;
const USUAL_SOUND_TICKS = 1920;

/**
 * Makes many sources into one continuous row of units (media-decisions.md Q2 rules 2-6): each source begins with a
 * keyframe, leading pictures are dropped, and timestamps follow on those before. Times leave it as plain growing
 * numbers, not as 33 bits.
 */
export class Normaliser {
  readonly #ports: Ports;
  #program: Program | null = null;
  #running = false;
  #started = false;
  #held: AudioUnit[] = [];
  #offset = 0;
  /** A pair of the same moment: as it stood in the source, and unwrapped. */
  #ref: { raw: number; ticks: number } | null = null;
  #leadingBefore: number | null = null;
  #sourceDts = 0;
  #frameTicks = USUAL_FRAME_TICKS;
  #soundTicks = USUAL_SOUND_TICKS;
  #largestPts: number | null = null;
  #lastDts = 0;
  #soundEnd: number | null = null;
  #lastSoundPts: number | null = null;
  /** Where the sound of the source before this one ends. */
  #soundFloor: number | null = null;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** How far the output has come, in ticks; null before its first unit. */
  get position(): number | null {
    return this.#program?.video || this.#soundEnd === null ? this.#largestPts : this.#soundEnd;
  }

  /** Time between two pictures, in ticks. */
  get frameTicks(): number {
    return this.#frameTicks;
  }

  /** Another source begins; nothing of the old one comes any more. */
  use(): void {
    this.#program = null;
    this.#wait();
    this.#ref = null;
  }

  /** The source's streams are known, or have changed. */
  program(program: Program): void {
    this.#program = program;
    this.#wait();
  }

  unit(unit: Unit): void {
    if (!this.#program) return;
    if (unit.kind === 'video') this.#video(unit);
    else if (this.#running || !this.#program.video) this.#audio(unit);
    else this.#hold(unit);
  }

  #wait(): void {
    this.#running = false;
    this.#held = [];
  }

  #hold(unit: AudioUnit): void {
    this.#held.push(unit);
    if (this.#held.length > HELD_UNITS) this.#held.shift();
  }

  #video(unit: VideoUnit): void {
    const pts = this.#unwrap(unit.pts);
    const dts = this.#unwrap(unit.dts);
    this.#ref = { raw: unit.dts, ticks: dts };
    if (this.#running && (dts <= this.#sourceDts || dts - this.#sourceDts > LONGEST_GAP_TICKS)) {
      // The source's clock jumped: the same work as a new source.
      this.#running = false;
    }
    if (!this.#running) {
      if (!unit.key) return;
      this.#begin(unit, pts, dts);
    }
    const step = dts - this.#sourceDts;
    if (step > 0 && step < LONGEST_FRAME_TICKS) this.#frameTicks = step;
    this.#sourceDts = dts;
    if (this.#leadingBefore !== null && pts !== this.#leadingBefore) {
      if (pts < this.#leadingBefore) return;
      this.#leadingBefore = null;
    }
    this.#emitVideo({ ...unit, pts: pts + this.#offset, dts: dts + this.#offset });
  }

  #begin(unit: VideoUnit, pts: number, dts: number): void {
    const before = this.#largestPts ?? this.#soundEnd;
    if (before !== null) {
      this.#offset = before + (this.#largestPts === null ? 0 : this.#frameTicks) - pts;
      const behind = this.#lastDts - (dts + this.#offset);
      if (this.#largestPts !== null && behind >= 0) this.#offset += behind + this.#frameTicks;
    }
    const start = pts + this.#offset;
    const held = this.#held;
    this.#held = [];
    this.#running = true;
    this.#sourceDts = dts;
    this.#leadingBefore = pts;
    this.#soundEnd ??= start;
    this.#beginSoundAt(this.#soundEnd);
    this.#splice({ ...unit, pts: start, dts: dts + this.#offset }, held.at(-1) ?? null);
    for (const sound of held) this.#audio(sound);
  }

  #audio(unit: AudioUnit): void {
    const pts = this.#unwrap(unit.pts);
    if (!this.#program?.video) this.#ref = { raw: unit.pts, ticks: pts };
    if (!this.#running) this.#beginSound(unit, pts);
    let out = pts + this.#offset;
    const end = this.#soundEnd ?? out;
    if (!this.#program?.video && Math.abs(out - end) > SOUND_JUMP_TICKS) {
      this.#offset += end - out;
      out = end;
    }
    if (
      this.#program?.video &&
      this.#largestPts !== null &&
      Math.abs(out - this.#largestPts) > SOUND_ASTRAY_TICKS
    ) {
      // The sound's clock jumped before the picture's: it is kept until the picture follows.
      this.#hold(unit);
      return;
    }
    if (this.#comesTwice(unit, out, end)) return;
    this.#learnLength(out);
    this.#soundEnd = out + (unit.durationTicks ?? this.#soundTicks);
    this.#ports.onAudio({ ...unit, pts: Math.round(out) });
  }

  #beginSoundAt(ticks: number | null): void {
    this.#soundFloor = ticks;
    this.#lastSoundPts = null;
  }

  /** Sound may not run over what has left already; the length of packets of several frames is only guessed. */
  #comesTwice(unit: AudioUnit, out: number, end: number): boolean {
    if (unit.durationTicks !== null) return out < end - OVERLAP_TICKS;
    if (this.#lastSoundPts !== null) return out <= this.#lastSoundPts;
    return this.#soundFloor !== null && out < this.#soundFloor - OVERLAP_TICKS;
  }

  /** Units of several frames do not say how long they are; the distance between two of them does. */
  #learnLength(pts: number): void {
    const step = this.#lastSoundPts === null ? 0 : pts - this.#lastSoundPts;
    if (step > 0 && step < LONGEST_FRAME_TICKS) this.#soundTicks = step;
    this.#lastSoundPts = pts;
  }

  /** A channel of sound alone begins with any frame. */
  #beginSound(unit: AudioUnit, pts: number): void {
    const before = this.#soundEnd ?? (this.#largestPts === null ? null : this.#largestPts + this.#frameTicks);
    if (before !== null) this.#offset = before - pts;
    this.#beginSoundAt(before);
    this.#running = true;
    this.#splice(null, unit);
  }

  #splice(key: VideoUnit | null, sound: AudioUnit | null): void {
    const first = !this.#started;
    this.#started = true;
    this.#ports.onSplice({ program: this.#program!, key, sound, first });
  }

  #emitVideo(unit: VideoUnit): void {
    this.#lastDts = unit.dts;
    this.#largestPts = Math.max(this.#largestPts ?? unit.pts, unit.pts);
    this.#ports.onVideo(unit);
  }

  #unwrap(raw: number): number {
    return this.#ref ? this.#ref.ticks + diff33(raw, this.#ref.raw) : raw;
  }
}
