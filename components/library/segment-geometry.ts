import type { SegmentMap } from '../../lib/contract/videos.ts';
import { formatClock } from '../../lib/units/format.ts';

export type Range = readonly [from: number, to: number];
type Run = SegmentMap['running'][number];

/** What a cell of the map stands for; `now` is being made, `ahead` belongs to a run that has not come to it. */
export type CellState = 'made' | 'now' | 'ahead' | 'viewer-now' | 'viewer-ahead' | 'waiting';

/** Cells narrower than this stand without a gap, and so do all of them on a phone. */
const GAP_FROM_PX = 4;
const PHONE_PX = 400;

/** Segments that the map has room for; where the length is not known, as many as there are so far. */
export const segmentsShown = ({ count, rows, running }: SegmentMap): number =>
  count ??
  Math.max(0, ...rows.flatMap(({ made }) => made.map(([, to]) => to)), ...running.map(({ at }) => at + 1));

export const madeCount = (made: readonly Range[]): number =>
  made.reduce((sum, [from, to]) => sum + to - from, 0);

const holds = (ranges: readonly Range[], k: number): boolean =>
  ranges.some(([from, to]) => k >= from && k < to);

const runsOf = (running: readonly Run[], rowId: string, why: Run['why']): Run[] =>
  running.filter((run) => run.why === why && run.rows.includes(rowId));

/** The same map with its best quality on top and sound at the foot. */
export const inOrder = (map: SegmentMap): SegmentMap => ({
  ...map,
  rows: [...map.rows].sort((a, b) => rankOf(b) - rankOf(a)),
});

const rankOf = ({ id, kind }: SegmentMap['rows'][number]): number => {
  const number = Number(/\d+/.exec(id)?.[0] ?? 0);
  if (kind === 'audio') return -1 - number;
  return id === 'original' ? Number.POSITIVE_INFINITY : number;
};

/** Where a row is being made now, and what its runs still have before them. */
export const runRanges = (
  map: SegmentMap,
  rowId: string,
  why: Run['why'],
): { now: Range[]; ahead: Range[] } => {
  const runs = runsOf(map.running, rowId, why);
  return {
    now: runs.map(({ at }) => [at, at + 1]),
    ahead: runs.flatMap(({ at, to }): Range[] => (to > at + 1 ? [[at + 1, to]] : [])),
  };
};

/** What stands at one place of a row. */
export const cellState = (map: SegmentMap, rowId: string, k: number): CellState => {
  const row = map.rows.find(({ id }) => id === rowId);
  if (row && holds(row.made, k)) return 'made';
  for (const [why, prefix] of [
    ['viewer', 'viewer-'],
    ['batch', ''],
  ] as const) {
    const { now, ahead } = runRanges(map, rowId, why);
    if (holds(now, k)) return `${prefix}now`;
    if (holds(ahead, k)) return `${prefix}ahead`;
  }
  return 'waiting';
};

/**
 * One SVG path for any number of segments in `widthPx` pixels: single cells with a gap of one pixel where there is room,
 * else one box a range; boxes that would touch in the same pixel become one.
 */
export const cellPath = (
  ranges: readonly Range[],
  {
    count,
    widthPx,
    heightPx,
    leastPx = 1,
  }: { count: number; widthPx: number; heightPx: number; leastPx?: number },
): string => {
  if (count <= 0 || widthPx <= 0) return '';
  const step = widthPx / count;
  const single = step >= GAP_FROM_PX && widthPx >= PHONE_PX;
  const wanted = single ? ranges.flatMap(cellsIn) : ranges;
  const boxes: [number, number][] = [];
  for (const [from, to] of wanted) {
    const left = Math.min(Math.round(from * step), widthPx - leastPx);
    const right = Math.max(left + leastPx, Math.round(to * step) - (single ? 1 : 0));
    const last = boxes.at(-1);
    if (!single && last && left <= last[1]) last[1] = Math.max(last[1], right);
    else boxes.push([left, right]);
  }
  return boxes.map(([left, right]) => `M${left} 0H${right}V${heightPx}H${left}Z`).join('');
};

const cellsIn = ([from, to]: Range): Range[] =>
  Array.from({ length: to - from }, (_, i) => [from + i, from + i + 1]);

/** The segment under a place of the map, counted from its left edge. */
export const segmentAt = (xPx: number, widthPx: number, count: number): number | null =>
  count <= 0 || widthPx <= 0 ? null : Math.min(count - 1, Math.max(0, Math.floor((xPx / widthPx) * count)));

/** Times for the axis, in equal steps of a second at least from the beginning to the end. */
export const axisTimes = (seconds: number, mostParts: number): number[] => {
  const parts = Math.max(1, Math.min(mostParts, Math.floor(seconds)));
  return Array.from({ length: parts + 1 }, (_, i) => (seconds / parts) * i);
};

/** "0:00 to 18:06" of a range of segments; the last one ends with the video. */
export const rangeTimes = (
  [from, to]: Range,
  segmentSeconds: number,
  durationSeconds: number | null,
): string => {
  const end = to * segmentSeconds;
  const last = durationSeconds === null ? end : Math.min(end, durationSeconds);
  return `${formatClock(from * segmentSeconds)} to ${formatClock(last)}`;
};
