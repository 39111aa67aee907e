import type { SegmentMap } from '@/lib/contract/videos';
import { cellPath, type Range, runRanges } from './segment-geometry';

const NOW_PX = 3;
const PULSE = 'animate-[pulse-live_1.8s_var(--ease-in-out)_infinite]';

type SegmentCellsProps = {
  map: SegmentMap;
  rowId: string;
  count: number;
  widthPx: number;
  heightPx: number;
  /** The work is held: what is being made stands still. */
  held: boolean;
};

/** The cells of one quality as five paths, however many segments there are; colours come with the theme. */
export const SegmentCells = ({ map, rowId, count, widthPx, heightPx, held }: SegmentCellsProps) => {
  const pulse = held ? '' : PULSE;
  const box = { count, widthPx, heightPx };
  const batch = runRanges(map, rowId, 'batch');
  const viewer = runRanges(map, rowId, 'viewer');
  const made = map.rows.find(({ id }) => id === rowId)?.made ?? [];
  const path = (ranges: readonly Range[], look: string, leastPx = 1) =>
    ranges.length === 0 ? null : <path d={cellPath(ranges, { ...box, leastPx })} className={look} />;
  return (
    <svg
      aria-hidden
      width={widthPx}
      height={heightPx}
      viewBox={`0 0 ${Math.max(1, widthPx)} ${heightPx}`}
      shapeRendering="crispEdges"
      className="block"
    >
      {path([[0, count]], 'fill-seg-wait')}
      {path(batch.ahead, 'fill-accent-line')}
      {path(viewer.ahead, 'fill-ok/45')}
      {path(made, 'fill-seg')}
      {path(batch.now, `fill-seg-now ${pulse}`, NOW_PX)}
      {path(viewer.now, `fill-ok ${PULSE}`, NOW_PX)}
    </svg>
  );
};
