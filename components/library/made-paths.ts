import type { Video } from '../../lib/contract/videos.ts';

type MadeParts = NonNullable<Video['madeParts']>;

/** Of a part's width; the rest is the gap to the next one. */
const FILLED = 0.8;

/** One SVG path for each look of the parts of a video, a unit wide each: not begun, partly there, all there, being made. */
export const partPaths = ({ percent, now }: MadeParts, high: number) => {
  const busy = new Set(now);
  const path = (fits: (percent: number) => boolean, isBusy = false): string =>
    percent
      .map((made, part) =>
        busy.has(part) === isBusy && fits(made) ? `M${part} 0h${FILLED}v${high}h-${FILLED}z` : '',
      )
      .join('');
  return {
    waiting: path((made) => made === 0),
    some: path((made) => made > 0 && made < 100),
    made: path((made) => made === 100),
    now: path(() => true, true),
  };
};
