import type { Video } from '../../lib/contract/videos.ts';

type MadeParts = NonNullable<Video['madeParts']>;

/** The map is so many units wide, whatever it stands for, and has gaps of about a pixel between its parts. */
export const MAP_WIDE = 960;
const GAP = 4;

/** One SVG path for each look of the parts of a video: not begun, partly there, all there, being made. */
export const partPaths = ({ percent, now }: MadeParts, high: number) => {
  const busy = new Set(now);
  const step = MAP_WIDE / percent.length;
  const path = (fits: (percent: number) => boolean, isBusy = false): string =>
    percent
      .map((made, part) =>
        busy.has(part) === isBusy && fits(made)
          ? `M${part * step} 0h${step - GAP}v${high}h${GAP - step}z`
          : '',
      )
      .join('');
  return {
    waiting: path((made) => made === 0),
    some: path((made) => made > 0 && made < 100),
    made: path((made) => made === 100),
    now: path(() => true, true),
  };
};
