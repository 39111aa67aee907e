import type { FrameRate } from './frame-rate.ts';
import type { Rendition } from './ladder.ts';

/** Limits of H.264 levels (table A-1): macroblocks a second, in a picture and in the picture buffer; kbit/s and kbit. */
type Level = {
  idc: number;
  perSecond: number;
  picture: number;
  buffer: number;
  kbps: number;
  cpbKbits: number;
};

const LEVELS: readonly Level[] = [
  [10, 1_485, 99, 396, 64, 175],
  [9, 1_485, 99, 396, 128, 350],
  [11, 3_000, 396, 900, 192, 500],
  [12, 6_000, 396, 2_376, 384, 1_000],
  [13, 11_880, 396, 2_376, 768, 2_000],
  [20, 11_880, 396, 2_376, 2_000, 2_000],
  [21, 19_800, 792, 4_752, 4_000, 4_000],
  [22, 20_250, 1_620, 8_100, 4_000, 4_000],
  [30, 40_500, 1_620, 8_100, 10_000, 10_000],
  [31, 108_000, 3_600, 18_000, 14_000, 14_000],
  [32, 216_000, 5_120, 20_480, 20_000, 20_000],
  [40, 245_760, 8_192, 32_768, 20_000, 25_000],
  [41, 245_760, 8_192, 32_768, 50_000, 62_500],
  [42, 522_240, 8_704, 34_816, 50_000, 62_500],
  [50, 589_824, 22_080, 110_400, 135_000, 135_000],
  [51, 983_040, 36_864, 184_320, 240_000, 240_000],
].map(([idc = 0, perSecond = 0, picture = 0, buffer = 0, kbps = 0, cpbKbits = 0]) => ({
  ...{ idc, perSecond, picture, buffer, kbps, cpbKbits },
}));
/** Pictures that both of our presets keep: B-pictures are references too. */
const KEPT_PICTURES = 4;
/** High profile may have a quarter more than the table says (A.3.3). */
const HIGH_FACTOR = 1.25;

/** What the master playlist says of a rung that is not made yet: the profile and level that x264 chooses for it. */
export function expectedCodecs(
  rung: Pick<Rendition, 'width' | 'height' | 'videoBitsPerSecond'>,
  rate: FrameRate,
  hasSound: boolean,
): string {
  const level = LEVELS.find((one) => isEnough(one, rung, rate)) ?? LEVELS.at(-1)!;
  const picture = `avc1.6400${level.idc.toString(16).padStart(2, '0')}`;
  return hasSound ? `${picture},mp4a.40.2` : picture;
}

function isEnough(
  level: Level,
  { width, height, videoBitsPerSecond }: Parameters<typeof expectedCodecs>[0],
  rate: FrameRate,
): boolean {
  const [across, down] = [Math.ceil(width / 16), Math.ceil(height / 16)];
  const blocks = across * down;
  const kbps = videoBitsPerSecond / 1000;
  return (
    blocks <= level.picture &&
    Math.max(across, down) ** 2 <= level.picture * 8 &&
    blocks * KEPT_PICTURES <= level.buffer &&
    kbps <= level.kbps * HIGH_FACTOR &&
    2 * kbps <= level.cpbKbits * HIGH_FACTOR &&
    (blocks * rate.num) / rate.den <= level.perSecond
  );
}
