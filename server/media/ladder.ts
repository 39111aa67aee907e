import { LADDER } from '../../lib/contract/ladder.ts';

/** One picture size to make of a video. */
export type Rendition = {
  /** `720p` and so on, after the short side. */
  id: string;
  width: number;
  height: number;
  videoBitsPerSecond: number;
  audioBitsPerSecond: number;
  crf: number;
};

/** A source slightly below a rung (1078 lines) still gets it, at its own size. */
const TOLERANCE = 0.97;

/**
 * The rungs of a picture, lowest first: a rung is named after the short side, so portrait clips get sensible sizes;
 * nothing is ever made larger than the source, and a source below the lowest rung keeps its own size.
 */
export function chooseRungs(source: { width: number; height: number }): Rendition[] {
  const shortSide = Math.min(source.width, source.height);
  const fitting = LADDER.filter((rung) => rung.shortSide * TOLERANCE <= shortSide);
  if (fitting.length > 0) {
    return fitting.map((rung) => ({
      id: rung.id,
      ...sizeFor(source, Math.min(rung.shortSide, shortSide)),
      videoBitsPerSecond: rung.videoBitsPerSecond,
      audioBitsPerSecond: rung.audioBitsPerSecond,
      crf: rung.crf,
    }));
  }
  const { videoBitsPerSecond, audioBitsPerSecond, crf } = LADDER[0]!;
  const id = `${String(Math.max(2, shortSide)).padStart(2, '0')}p`;
  return [{ id, ...sizeFor(source, shortSide), videoBitsPerSecond, audioBitsPerSecond, crf }];
}

function sizeFor(
  source: { width: number; height: number },
  shortSide: number,
): { width: number; height: number } {
  const scale = shortSide / Math.min(source.width, source.height);
  return { width: even(source.width * scale), height: even(source.height * scale) };
}

/** 4:2:0 pictures have even sides. */
const even = (value: number): number => Math.max(2, Math.round(value / 2) * 2);
