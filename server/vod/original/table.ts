import type { MediaFacts } from '../../media/facts.ts';
import { boundarySeconds, type FrameRate } from '../../media/frame-rate.ts';
import type { Packet } from '../../media/packets.ts';

/** Where a file can be cut without converting it. Times are seconds from the beginning of the file. */
export type OriginalTable = {
  /** Where each segment begins, at a keyframe. */
  cutsSeconds: number[];
  endSeconds: number;
  /** What each segment takes as a transport stream, at most 3 % less than this. */
  sizesBytes: number[];
  /** Cut where the made qualities are cut, with sound like theirs, so players may change between them. */
  aligned: boolean;
  codecs: string;
};

/** The grid of the made qualities. */
export type Cut = { rate: FrameRate; segmentSeconds: number };

/** A longer way between two keyframes makes seeking and changing quality slow. */
const LONGEST_GAP_SECONDS = 10;
/** A segment may begin so far from the boundary of the grid: about a frame of AAC. */
const ALIGNED_SECONDS = 0.021;
const TS_PACKET_BYTES = 188;
const TS_PAYLOAD_BYTES = 184;
/** PES header with its times, an access unit delimiter or an ADTS header, and what stuffing needs at least. */
const UNIT_BYTES = 32;
const PARAMETER_SETS_BYTES = 80;

type Unit = { atSeconds: number; bytes: number };

/** Gathers the packets of a file and says where it may be cut; null when it may not. */
export class TableBuilder {
  readonly #facts: MediaFacts;
  readonly #keys: number[] = [];
  readonly #units: Unit[] = [];
  #endSeconds = 0;
  #firstIsKey: boolean | null = null;

  constructor(facts: MediaFacts) {
    this.#facts = facts;
  }

  take({ stream, ptsSeconds, durationSeconds, sizeBytes, key }: Packet): void {
    const { video, audio, startSeconds = 0 } = this.#facts;
    const isPicture = stream === video?.index;
    if (ptsSeconds === null || (!isPicture && stream !== audio?.index)) return;
    const atSeconds = ptsSeconds - startSeconds;
    const extra = UNIT_BYTES + (isPicture && key ? PARAMETER_SETS_BYTES : 0);
    this.#units.push({
      atSeconds,
      bytes: Math.ceil((sizeBytes + extra) / TS_PAYLOAD_BYTES) * TS_PACKET_BYTES,
    });
    if (!isPicture) return;
    this.#firstIsKey ??= key;
    if (key) this.#keys.push(atSeconds);
    this.#endSeconds = Math.max(this.#endSeconds, atSeconds + durationSeconds);
  }

  build(cut: Cut): Omit<OriginalTable, 'codecs'> | null {
    const keys = this.#keys.toSorted((a, b) => a - b);
    const ends = [...keys.slice(1), this.#endSeconds];
    const gaps = ends.map((end, i) => end - keys[i]!);
    if (keys.length === 0 || !this.#firstIsKey || gaps.some((gap) => !(gap > 0 && gap < LONGEST_GAP_SECONDS)))
      return null;
    const onGrid = gridCuts(keys, this.#endSeconds, cut);
    const cutsSeconds = onGrid ?? freeCuts(keys, this.#endSeconds, cut.segmentSeconds);
    return {
      cutsSeconds,
      endSeconds: this.#endSeconds,
      sizesBytes: this.#sizes(cutsSeconds),
      aligned: onGrid !== null && soundsLikeGrid(this.#facts),
    };
  }

  #sizes(cuts: readonly number[]): number[] {
    // Tables and the filling of counters to a multiple of sixteen, for each of three PIDs.
    const sizes = cuts.map(() => 2 * 16 * TS_PACKET_BYTES);
    const units = this.#units.toSorted((a, b) => a.atSeconds - b.atSeconds);
    let k = 0;
    for (const { atSeconds, bytes } of units) {
      while (k + 1 < cuts.length && atSeconds >= cuts[k + 1]!) k++;
      sizes[k]! += bytes;
    }
    return sizes;
  }
}

/** Cuts at the keyframes that stand at the boundaries of the grid; null when one lacks. */
function gridCuts(
  keys: readonly number[],
  endSeconds: number,
  { rate, segmentSeconds }: Cut,
): number[] | null {
  const cuts: number[] = [];
  let at = 0;
  for (let k = 0; k === 0 || boundarySeconds(k, segmentSeconds, rate) < endSeconds - ALIGNED_SECONDS; k++) {
    const boundary = boundarySeconds(k, segmentSeconds, rate);
    while (at < keys.length && keys[at]! < boundary - ALIGNED_SECONDS) at++;
    if (at >= keys.length || keys[at]! > boundary + ALIGNED_SECONDS) return null;
    cuts.push(keys[at]!);
  }
  return cuts;
}

/** As long as the wish where keyframes allow it, else to the next keyframe. */
function freeCuts(keys: readonly number[], endSeconds: number, wishSeconds: number): number[] {
  const cuts = [keys[0]!];
  for (let i = 1; i < keys.length; i++) {
    const next = keys[i + 1] ?? endSeconds;
    if (next - cuts.at(-1)! > wishSeconds + ALIGNED_SECONDS) cuts.push(keys[i]!);
  }
  return cuts;
}

function soundsLikeGrid({ audio, tracks = [] }: MediaFacts): boolean {
  if (tracks.length > 1) return false;
  return audio === null || (audio.sampleRate === 48_000 && audio.channels === 2);
}
