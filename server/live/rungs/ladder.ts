import { LIVE_RUNGS, type LiveRungSpec } from '../../../lib/contract/live-rungs.ts';
import type { PictureInfo } from '../../media/ts/sps.ts';
import type { VideoCodec } from '../../media/ts/streams.ts';

/** What a rung's pictures will be; fixed for as long as its channel runs, so that its list never changes its form. */
export type RungPlan = {
  width: number;
  height: number;
  /** level_idc: ten times the level. Every encoder takes it as a number. */
  level: number;
  /** RFC 6381; true because profile and level are set in the encoder. */
  codecString: string;
};

type Shape = Pick<PictureInfo, 'width' | 'height' | 'sampleAspect'>;

const WIDESCREEN = 16 / 9;
/** Where the source does not tell its rate, the level has to do for the highest. */
const HIGHEST_FPS = 60;
const MACROBLOCK = 16;
/** Macroblocks per second and per picture (ISO/IEC 14496-10 table A-1), from the lowest level that we set. */
const LEVELS = [
  { level: 30, perSecond: 40_500, perPicture: 1620 },
  { level: 31, perSecond: 108_000, perPicture: 3600 },
  { level: 32, perSecond: 216_000, perPicture: 5120 },
  { level: 40, perSecond: 245_760, perPicture: 8192 },
  { level: 42, perSecond: 522_240, perPicture: 8704 },
  { level: 51, perSecond: 983_040, perPicture: 36_864 },
] as const;

const SOUND_BITS_PER_SECOND = 128_000;
/** Headers of packets (4 of 188 bytes) and pictures that do not fill their last packet. */
const CONTAINER_FACTOR = 1.04;
const CONTAINER_BITS_PER_SECOND = 50_000;

/**
 * The rungs of a source, best first: lower than the source where browsers play it (H.264), else up to its own height
 * and always at least the lowest, as then nothing else can be watched. A source that does not tell its height has the
 * lowest.
 */
export function rungsOf(source: {
  codec: VideoCodec;
  height: number | null;
  maxHeight: number;
}): LiveRungSpec[] {
  const { codec, maxHeight } = source;
  const lowest = LIVE_RUNGS.at(-1)!;
  const height = source.height ?? lowest.height + 1;
  const plays = codec === 'h264';
  const fitting = LIVE_RUNGS.filter(
    (rung) => rung.height <= maxHeight && (plays ? rung.height < height : rung.height <= height),
  );
  return fitting.length > 0 || plays ? [...fitting] : [lowest];
}

/** Bits per second of a rung with its sound as a transport stream, before it was measured. */
export const budgetBits = (rung: LiveRungSpec): number =>
  Math.round(
    (rung.videoBitsPerSecond + SOUND_BITS_PER_SECOND) * CONTAINER_FACTOR + CONTAINER_BITS_PER_SECOND,
  );

/** Square pixels, never larger than the source; an unknown source is taken for widescreen. */
export function planRung(rung: LiveRungSpec, source: Shape | null, fps: number | null): RungPlan {
  const height = even(Math.min(rung.height, source?.height ?? rung.height));
  const aspect = source ? (source.width * source.sampleAspect) / source.height : WIDESCREEN;
  const width = even(height * aspect);
  const perPicture = Math.ceil(width / MACROBLOCK) * Math.ceil(height / MACROBLOCK);
  const perSecond = perPicture * (fps ?? HIGHEST_FPS);
  const { level } =
    LEVELS.find((entry) => perPicture <= entry.perPicture && perSecond <= entry.perSecond) ?? LEVELS.at(-1)!;
  // Profile High without constraint flags.
  return { width, height, level, codecString: `avc1.6400${level.toString(16).toUpperCase()}` };
}

/** 4:2:0 pictures have even sides. */
const even = (value: number): number => Math.max(2, Math.round(value / 2) * 2);
