import { START_SECONDS } from '../../media/args.ts';
import type { MediaFacts } from '../../media/facts.ts';
import { boundaryFrame, boundarySeconds, type FrameRate } from '../../media/frame-rate.ts';
import type { Rendition } from '../../media/ladder.ts';
import { SOUND_RATE } from '../../media/segment-args.ts';
import { SAMPLES_PER_FRAME } from '../../media/ts/adts.ts';
import { TICKS_PER_SECOND } from '../../media/ts/packet.ts';

/** Raised when a change of the encoders makes segments that must not stand beside older ones. */
const ENCODER = 1;

/** A sound track of the grid; `index` is the stream's in the source. */
export type SoundTrack = { index: number; language: string | null };

/** All that decides what the segments of one generation are. Segments made under another plan are never reused. */
export type GridPlan = {
  encoder: number;
  /** Tells one source from another. */
  source: string;
  rate: FrameRate;
  segmentSeconds: number;
  rungs: readonly Rendition[];
  /** The one that plays by default first. */
  tracks: readonly SoundTrack[];
  audioBitsPerSecond: number;
};

type Wanted = Pick<GridPlan, 'source' | 'rate' | 'segmentSeconds' | 'rungs'> & { facts: MediaFacts };

/** The plan for a source; sound is made once per track, as good as the best rung asks for. */
export function planGrid({ facts, source, rate, segmentSeconds, rungs }: Wanted): GridPlan {
  const { audio, tracks = [] } = facts;
  const ordered = [...tracks].sort(
    (a, b) => Number(b.index === audio?.index) - Number(a.index === audio?.index),
  );
  return {
    encoder: ENCODER,
    source,
    rate,
    segmentSeconds,
    rungs,
    tracks: ordered.map(({ index, language }) => ({ index, language })),
    audioBitsPerSecond: Math.max(...rungs.map((rung) => rung.audioBitsPerSecond)),
  };
}

type Cut = Pick<GridPlan, 'rate' | 'segmentSeconds'>;

/** The number of the first picture of segment k. */
export const frameAt = ({ rate, segmentSeconds }: Cut, k: number): number =>
  boundaryFrame(k, segmentSeconds, rate);

/** How many segments so many pictures take. */
export function segmentCount(plan: Cut, frames: number): number {
  let count = Math.floor((frames * plan.rate.den) / plan.rate.num / plan.segmentSeconds);
  while (frameAt(plan, count) < frames) count++;
  return count;
}

/** The time of a picture in ticks of 90 kHz, as it stands in segments. */
export const ticksOf = ({ rate }: Cut, frame: number): number =>
  Math.round((START_SECONDS + (frame * rate.den) / rate.num) * TICKS_PER_SECOND);

/** The number of the first AAC frame of segment k: the first that begins at or after its first picture. */
export const soundFrameAt = ({ rate, segmentSeconds }: Cut, k: number): number =>
  soundFrameFrom(boundarySeconds(k, segmentSeconds, rate));

/** The number of the first AAC frame at or after a time. */
export const soundFrameFrom = (seconds: number): number =>
  Math.ceil((seconds * SOUND_RATE) / SAMPLES_PER_FRAME - 1e-9);

/** Length of an AAC frame in ticks of 90 kHz. */
export const SOUND_FRAME_TICKS = (SAMPLES_PER_FRAME * TICKS_PER_SECOND) / SOUND_RATE;

/** The time of an AAC frame in ticks of 90 kHz, as it stands in segments. */
export const soundTicksOf = (frame: number): number =>
  START_SECONDS * TICKS_PER_SECOND + frame * SOUND_FRAME_TICKS;
