import { type SegmentLine, writeLivePlaylist } from '../../media/hls/playlists.ts';
import { type Slot, slotSeconds } from './slot.ts';

export type Listed = SegmentLine & {
  number: number;
  sizeBytes: number;
  independent: boolean;
  breaksBefore: number;
};

const WINDOW_SEGMENTS = 6;
const WINDOW_TARGETS = 3;
/** Players stall on a list with one segment; two short ones play (media-decisions.md Q1, Traps). */
const READY_SEGMENTS = 2;

/** The sliding list of one quality. */
export class SegmentList {
  #listed: Listed[] = [];
  #sumBytes = 0;
  #sumS = 0;
  /** Highest rate of a segment so far. */
  peakBits = 0;

  get isEmpty(): boolean {
    return this.#listed.length === 0;
  }

  get nextNumber(): number | null {
    const last = this.#listed.at(-1);
    return last ? last.number + 1 : null;
  }

  get longestS(): number {
    return Math.max(0, ...this.#listed.map(({ durationS }) => Math.round(durationS)));
  }

  /** Mean rate of all segments; null before the first. */
  get meanBits(): number | null {
    return this.#sumS > 0 ? (this.#sumBytes * 8) / this.#sumS : null;
  }

  /** Long enough to be played, when `leastS` are asked of a first list. */
  isReady(leastS: number): boolean {
    const lengthS = this.#listed.reduce((sum, { durationS }) => sum + durationS, 0);
    return this.#listed.length >= READY_SEGMENTS && lengthS >= leastS;
  }

  /** Numbers have no holes: after one the list begins anew. */
  add(line: Listed): void {
    if (this.nextNumber !== null && this.nextNumber !== line.number) this.#listed = [];
    this.#listed.push(line);
    if (line.durationS <= 0) return;
    this.peakBits = Math.max(this.peakBits, (line.sizeBytes * 8) / line.durationS);
    this.#sumBytes += line.sizeBytes;
    this.#sumS += line.durationS;
  }

  /** Forgets what slid out; answers the oldest number that may still be asked for (RFC 8216 §6.2.2). */
  slide(targetDurationS: number): number {
    const window = this.#window(targetDurationS);
    this.#listed = window;
    const first = window[0]?.number ?? 0;
    return first - window.length - 1;
  }

  clear(): void {
    this.#listed = [];
  }

  text(targetDurationS: number): string {
    const window = this.#window(targetDurationS);
    return writeLivePlaylist({
      targetDurationS,
      mediaSequence: window[0]?.number ?? 0,
      discontinuitySequence: window[0]?.breaksBefore ?? 0,
      independent: window.every((line) => line.independent),
      segments: window,
    });
  }

  /** The newest segments: six at least, and three target durations. */
  #window(targetDurationS: number): Listed[] {
    let lengthS = 0;
    let from = this.#listed.length;
    const wantedS = WINDOW_TARGETS * targetDurationS;
    while (from > 0 && (this.#listed.length - from < WINDOW_SEGMENTS || lengthS < wantedS)) {
      from--;
      lengthS += this.#listed[from]!.durationS;
    }
    return this.#listed.slice(from);
  }
}

/** The line of a finished segment. */
export const lineOf = (
  slot: Slot,
  facts: { uri: string; sizeBytes: number; independent: boolean; programDateTimeMs: number },
): Listed => ({
  number: slot.number,
  durationS: slotSeconds(slot),
  discontinuity: slot.discontinuity,
  breaksBefore: slot.breaksBefore,
  ...facts,
});
