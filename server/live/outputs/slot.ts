import type { Layout } from '../../media/ts/identity.ts';
import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';
import type { AudioUnit, VideoCodec } from '../../media/ts/streams.ts';

/**
 * The time of one segment, the same in all qualities of a channel: number, beginning, end, and the one sound that each
 * quality joins with its own pictures (media-decisions.md, rules 1, 2 and 4).
 */
export type Slot = {
  readonly number: number;
  readonly startTicks: number;
  /** Null while the source has not come to the next cut. */
  endTicks: number | null;
  closedAtMs: number;
  /** What the source's own pictures and the sound for browsers are. */
  readonly layout: Layout;
  readonly codec: VideoCodec | null;
  /** Begins with a keyframe of the source, or on the grid of the qualities. */
  readonly independent: boolean;
  /** Codec, picture size or sample rate differ from the slot before. */
  readonly discontinuity: boolean;
  /** Discontinuities of all slots before this one. */
  readonly breaksBefore: number;
  /** PTS of the first keyframe of the source in it; null while there is none. */
  firstKeyTicks: number | null;
  /** Sound that the source's own segment does not hold yet; all of it while another quality needs it. */
  sound: AudioUnit[];
  /** What the source's segment held of it already when another quality asked for it. */
  recalled: AudioUnit[];
  /** `recalled` and `sound` together are all the sound there is. */
  whole: boolean;
  /** No more sound comes. */
  complete: boolean;
};

/** Length in seconds of a slot that has ended. */
export const slotSeconds = ({ startTicks, endTicks }: Slot): number =>
  ((endTicks ?? startTicks) - startTicks) / TICKS_PER_SECOND;
