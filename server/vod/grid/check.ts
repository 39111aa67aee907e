import { keyframeGrid } from '../../media/args.ts';
import { boundaryFrame } from '../../media/frame-rate.ts';
import { TsDemuxer } from '../../media/ts/demuxer.ts';
import { diff33, wrap33 } from '../../media/ts/packet.ts';
import type { VideoUnit } from '../../media/ts/streams.ts';
import { frameAt, type GridPlan, ticksOf } from './plan.ts';

/** Times are rounded to ticks by the encoder and by us. */
const ROUNDING_TICKS = 1;

/** The pictures of a segment as they are coded. */
export function picturesOf(bytes: Buffer): VideoUnit[] {
  const pictures: VideoUnit[] = [];
  const demuxer = new TsDemuxer({ onUnit: (unit) => unit.kind === 'video' && pictures.push(unit) });
  demuxer.push(bytes);
  demuxer.flush();
  return pictures;
}

/**
 * What is wrong with segment k, or null: its pictures have to be those of the grid, each once and at its time, with
 * keyframes where the grid has them. Only the last segment of a video may have fewer.
 */
export function segmentFault(plan: GridPlan, k: number, pictures: readonly VideoUnit[]): string | null {
  const first = frameAt(plan, k);
  const most = frameAt(plan, k + 1) - first;
  if (pictures.length === 0 || pictures.length > most) return `has ${pictures.length} pictures, not ${most}`;
  const shown = [...pictures].sort((a, b) => diff33(a.pts, b.pts));
  const keys = keyframesOf(plan, k);
  for (const [at, picture] of shown.entries()) {
    const due = ticksOf(plan, first + at);
    if (Math.abs(diff33(picture.pts, wrap33(due))) > ROUNDING_TICKS)
      return `has its picture ${at} at ${picture.pts}, not at ${due}`;
    if (picture.key !== keys.has(first + at)) return `has a keyframe out of place at picture ${at}`;
  }
  return null;
}

function keyframesOf(plan: GridPlan, k: number): Set<number> {
  const { perSegment, everySeconds } = keyframeGrid(plan.segmentSeconds);
  const numbers = Array.from({ length: perSegment }, (_, i) => k * perSegment + i);
  return new Set(numbers.map((number) => boundaryFrame(number, everySeconds, plan.rate)));
}
