import {
  type EncodePlan,
  encoderArgs,
  keyframeGrid,
  pictureGraph,
  QUIET,
  rateArgs,
  SOUND_FILTERS,
  START_SECONDS,
} from './args.ts';
import type { MediaFacts } from './facts.ts';
import { boundaryFrame } from './frame-rate.ts';
import { INPUT_URL, UNTRUSTED_INPUT } from './untrusted.ts';

/** How far before the wanted place decoding begins; containers without an exact index land behind where they are told. */
const LEAD_SECONDS = 1;
const LOOSE_LEAD_SECONDS = 12;
const INDEXED = new Set(['mov', 'matroska']);
/** A seek is on a multiple of so many frames, which is a whole number of ticks of 90 kHz at every standard rate. */
const SEEK_FRAMES = 4;

export const SOUND_RATE = 48_000;

type Source = Pick<MediaFacts, 'container' | 'jumps'>;

/** Where times jump, a place in the file is only found by reading from its beginning. */
function leadOf({ container, jumps }: Source): number {
  if (jumps) return Number.POSITIVE_INFINITY;
  return INDEXED.has(container) ? LEAD_SECONDS : LOOSE_LEAD_SECONDS;
}

const folderOf = (rungId: string): string => `out/${rungId}`;

/**
 * One process for segments [from, to) of all rungs of the plan: decoded once, pictures only, `out/{rung}/{k}.ts`.
 * Decoding begins a little earlier, at a whole number of frames; so pictures fall on the same frames of the grid as
 * in a run from the beginning, and what is shown across the first boundary is known. Keyframes are counted on the grid
 * of the whole video.
 */
export function videoRangeArgs(plan: EncodePlan, { from, to }: { from: number; to: number }): string[] {
  const { facts, rate, segmentSeconds } = plan;
  if (facts.video === null) throw new Error('segments need a picture');
  const frameAt = (k: number): number => boundaryFrame(k, segmentSeconds, rate);
  const first = frameAt(from);
  const lead = Math.ceil((leadOf(facts) * rate.num) / rate.den);
  const seekFrame = Math.floor(Math.max(0, first - lead) / SEEK_FRAMES) * SEEK_FRAMES;
  const seconds = (frames: number): number => (frames * rate.den) / rate.num;
  const cuts = Array.from({ length: to - from - 1 }, (_, i) => frameAt(from + 1 + i) - first);
  const { perSegment, everySeconds } = keyframeGrid(segmentSeconds);
  const key = `expr:gte((n+${first})*${rate.den}+0.001,(n_forced+${from * perSegment})*${everySeconds * rate.num})`;
  const outputs = plan.rungs.flatMap((rung, i) => [
    ...['-map', `[v${i}]`, '-map_metadata', '-1', '-map_chapters', '-1'],
    ...encoderArgs(plan, key),
    ...rateArgs(rung),
    ...['-fps_mode', 'passthrough', '-frames:v', String(frameAt(to) - first)],
    ...['-output_ts_offset', (START_SECONDS + seconds(seekFrame)).toFixed(6)],
    ...['-muxdelay', '0', '-muxpreload', '0', '-f', 'segment', '-segment_format', 'mpegts'],
    ...['-segment_frames', cuts.length > 0 ? cuts.join(',') : String(frameAt(to))],
    ...['-segment_start_number', String(from), `${folderOf(rung.id)}/%d.ts`],
  ]);
  return [
    ...QUIET,
    ...['-progress', 'pipe:1', '-stats_period', plan.haste ? '0.1' : '0.5'],
    ...UNTRUSTED_INPUT,
    // Pictures from before the seek stay: one of them may still be shown at the boundary, if the rate varies.
    ...(seekFrame > 0 ? ['-noaccurate_seek'] : []),
    ...seekTo(seconds(seekFrame)),
    ...['-i', INPUT_URL, '-filter_complex', pictureGraph(plan, facts.video, seconds(first - seekFrame))],
    ...outputs,
  ];
}

/** The folders that `videoRangeArgs` writes into. */
export const videoRangeFolders = (plan: EncodePlan): string[] => [
  'out',
  ...plan.rungs.map((rung) => folderOf(rung.id)),
];

type SoundRange = {
  source: Source;
  streamIndex: number;
  bitsPerSecond: number;
  /** Samples of the whole sound at 48 kHz. */
  fromSample: number;
  toSample: number;
};

/**
 * One track as AAC in a transport stream on standard output. The sample `fromSample` has the time START_SECONDS; the
 * encoder's own first frame comes before it.
 */
export function soundRangeArgs(range: SoundRange): string[] {
  const { source, streamIndex, fromSample, toSample, bitsPerSecond } = range;
  // Whole milliseconds are whole samples.
  const seekMs = Math.max(0, Math.floor((fromSample / SOUND_RATE - leadOf(source)) * 1000));
  const skipped = fromSample - (seekMs * SOUND_RATE) / 1000;
  const cut = `atrim=start_sample=${skipped}:end_sample=${skipped + toSample - fromSample},asetpts=N/SR/TB`;
  return [
    ...QUIET,
    ...UNTRUSTED_INPUT,
    ...seekTo(seekMs / 1000),
    ...['-i', INPUT_URL, '-map', `0:${streamIndex}`, '-af', `${SOUND_FILTERS},${cut}`],
    ...['-c:a', 'aac', '-b:a', String(bitsPerSecond), '-ac', '2', '-ar', String(SOUND_RATE)],
    ...['-map_metadata', '-1', '-map_chapters', '-1', '-output_ts_offset', String(START_SECONDS)],
    ...['-muxdelay', '0', '-muxpreload', '0', '-pes_payload_size', '0', '-f', 'mpegts', 'pipe:1'],
  ];
}

const seekTo = (seconds: number): string[] => (seconds > 0 ? ['-ss', seconds.toFixed(6)] : []);
