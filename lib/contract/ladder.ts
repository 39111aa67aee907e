/** A quality of the ladder (S2.2). Sizes are of a 16:9 picture; the short side decides, see server/media/ladder.ts. */
export type Rung = {
  readonly id: '360p' | '480p' | '720p' | '1080p';
  readonly shortSide: number;
  readonly width: number;
  readonly height: number;
  readonly videoBitsPerSecond: number;
  readonly audioBitsPerSecond: number;
  readonly crf: number;
};

/** Lowest first: the first that is made and the first in a master playlist. */
export const LADDER: readonly Rung[] = [
  {
    id: '360p',
    shortSide: 360,
    width: 640,
    height: 360,
    videoBitsPerSecond: 800_000,
    audioBitsPerSecond: 96_000,
    crf: 28,
  },
  {
    id: '480p',
    shortSide: 480,
    width: 854,
    height: 480,
    videoBitsPerSecond: 1_400_000,
    audioBitsPerSecond: 128_000,
    crf: 26,
  },
  {
    id: '720p',
    shortSide: 720,
    width: 1280,
    height: 720,
    videoBitsPerSecond: 2_500_000,
    audioBitsPerSecond: 128_000,
    crf: 24,
  },
  {
    id: '1080p',
    shortSide: 1080,
    width: 1920,
    height: 1080,
    videoBitsPerSecond: 5_000_000,
    audioBitsPerSecond: 192_000,
    crf: 22,
  },
];
