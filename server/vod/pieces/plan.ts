import { fpsOf } from '../../media/frame-rate.ts';
import { type Generation, knownCount } from '../generation.ts';
import { segmentCount } from '../grid/plan.ts';
import type { PieceRange } from './rows.ts';

/** Two minutes of pictures at six seconds: little is lost by a change of plan, and little by beginning anew. */
const PICTURE_SEGMENTS = 20;
/** Where a seek is not exact each piece begins to read some seconds earlier, which weighs little in five minutes. */
const PICTURE_SEGMENTS_INEXACT = 50;
const SOUND_SEGMENTS = 100;
/** Containers in which a seek is exact. */
const EXACT = new Set(['mov', 'matroska']);

/**
 * The ranges of a video, each track of sound before the pictures that it belongs to. Where every range costs reading the
 * file from its beginning (`jumps`) there are few of them. The last range of pictures has no end: where they end is only
 * known when they were seen.
 */
export function planPieces(generation: Generation): PieceRange[] {
  const { plan, facts } = generation;
  const count = knownCount(generation) ?? estimatedCount(generation);
  const pictures = split(count ?? 1, pictureStep(facts)).map(
    ({ from, to }, at, all): PieceRange => ({
      ...{ kind: 'pictures', track: 0, fromSegment: from },
      toSegment: at === all.length - 1 ? null : to,
    }),
  );
  // Without an idea of the length the sound is made when the pictures have told it.
  const sound = plan.tracks.flatMap((_, track) =>
    split(count ?? 0, facts.jumps ? Number.POSITIVE_INFINITY : SOUND_SEGMENTS).map(
      ({ from, to }): PieceRange => ({ kind: 'sound', track, fromSegment: from, toSegment: to }),
    ),
  );
  return [...sound, ...pictures];
}

function pictureStep({ container, jumps }: Generation['facts']): number {
  if (jumps) return Number.POSITIVE_INFINITY;
  return EXACT.has(container) ? PICTURE_SEGMENTS : PICTURE_SEGMENTS_INEXACT;
}

function estimatedCount({ plan, facts }: Generation): number | null {
  const seconds = facts.video?.durationSeconds ?? facts.durationSeconds;
  return seconds === null ? null : segmentCount(plan, Math.ceil(seconds * fpsOf(plan.rate)));
}

function split(count: number, step: number): { from: number; to: number }[] {
  const parts: { from: number; to: number }[] = [];
  for (let from = 0; from < count; from += step) parts.push({ from, to: Math.min(count, from + step) });
  return parts;
}

/** What a finished plan still lacks, once the end of the pictures is known: files that went, or an end later than promised. */
export function missingRanges(
  { plan }: Pick<Generation, 'plan'>,
  frames: number,
  has: (row: string, k: number) => boolean,
): PieceRange[] {
  const count = segmentCount(plan, frames);
  const rows = plan.rungs.map(({ id }) => id);
  const first = (lacks: (k: number) => boolean): number | null => {
    for (let k = 0; k < count; k++) if (lacks(k)) return k;
    return null;
  };
  const ranges: PieceRange[] = [];
  const picture = first((k) => rows.some((row) => !has(row, k)));
  if (picture !== null) ranges.push({ kind: 'pictures', track: 0, fromSegment: picture, toSegment: count });
  for (const track of plan.tracks.keys()) {
    const sound = first((k) => !has(`audio-${track}`, k));
    if (sound !== null) ranges.push({ kind: 'sound', track, fromSegment: sound, toSegment: count });
  }
  return ranges;
}
