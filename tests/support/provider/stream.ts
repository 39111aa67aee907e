import { isClipName } from './clips.ts';
import { type Fault, wallMs } from './faults.ts';
import { LoopedClip } from './looped.ts';

/** Streams had already run for so long when the provider began. */
const AGE_MS = 100 * 16_000;

/** One channel of the provider: what it plays, since when, and what is wrong with it. */
export class ProviderStream {
  readonly name: string;
  readonly clip: LoopedClip;
  readonly baseTicks: number;
  readonly #beganAtMs: number;
  #fault: Fault | null = null;
  /** Its packets carry the time at which they were sent; the picture is spoilt by it. */
  stamped = false;
  /** When a connection that began in the middle was last sent the end of its first keyframe. */
  firstKeyAtMs: number | null = null;
  faultAtMs = 0;
  /** Numbers of the first segments that count anew or come after a break, as faults made them. */
  sequenceShift = 0;
  breakAt: number | null = null;

  /** The name begins with the clip's: `a`, `a.7` and `a.news` play the same and fail apart. */
  constructor(name: string) {
    const clip = name.split('.')[0]!;
    if (!isClipName(clip)) throw new Error(`There is no clip called ${clip}`);
    this.name = name;
    this.clip = LoopedClip.of(clip);
    const sum = [...name].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) >>> 0, 7);
    // Each one has a clock of its own and is somewhere else in its clip.
    this.baseTicks = sum * 2;
    this.#beganAtMs = performance.now() - AGE_MS - (sum % 16_000);
  }

  get fault(): Fault | null {
    return this.#fault;
  }

  set fault(fault: Fault | null) {
    this.#fault = fault;
    this.faultAtMs = wallMs();
  }

  /** Position of now in the stream. */
  nowMs(): number {
    return performance.now() - this.#beganAtMs;
  }
}
