import type { AudioTrack, SegmentMap, Video } from '../../lib/contract/videos.ts';
import { formatBytes, formatClock, formatCount, formatPercent } from '../../lib/units/format.ts';
import { type CellState, madeCount, rangeTimes, segmentsShown } from './segment-geometry.ts';

type Row = SegmentMap['rows'][number];
type Qualities = Video['qualities'];

export const CELL_WORDS: Record<CellState, string> = {
  made: 'made',
  now: 'being made',
  ahead: 'next',
  'viewer-now': 'being made for a viewer',
  'viewer-ahead': 'next for a viewer',
  waiting: 'waiting',
};

/** "1080p", "Original", "Sound English". */
export const rowName = ({ id, kind }: Row, tracks: readonly AudioTrack[]): string => {
  if (kind === 'video') return id === 'original' ? 'Original' : id;
  const track = Number(/(\d+)$/.exec(id)?.[1] ?? 0);
  const name = tracks.find((known) => known.track === track)?.name;
  return tracks.length > 1 ? `Sound ${name ?? track + 1}` : 'Sound';
};

/** How far a row is: "Done", "61 %"; without a known length only how much there is. */
export const rowNote = (map: SegmentMap, { made }: Row): string => {
  const there = madeCount(made);
  if (map.count === null) return `${formatCount(there)} made`;
  return there >= map.count ? 'Done' : formatPercent(there / map.count);
};

/** "483 segments of 6 s". */
export const mapNote = (map: SegmentMap): string => {
  const seconds = Math.round(map.segmentSeconds * 10) / 10;
  const shown = segmentsShown(map);
  if (map.count === 1) return '1 segment';
  return map.count === null
    ? `${formatCount(shown)} segments of ${seconds} s so far`
    : `${formatCount(shown)} segments of ${seconds} s`;
};

/** Why the order is what it is, when somebody waits for a place. */
export const viewerNote = ({ running, segmentSeconds }: SegmentMap): string | null => {
  const wanted = running.find(({ why }) => why === 'viewer');
  return wanted
    ? `Somebody watches at ${formatClock(wanted.from * segmentSeconds)}: that part is made first.`
    : null;
};

/** The average bit rate of a quality as it was measured; until all of it is made there is only a plan, and 0 here. */
export const measuredAverage = (qualities: Qualities, rowId: string): number => {
  const quality = qualities.find(({ id }) => id === rowId);
  return quality && quality.sizeBytes > 0 ? quality.averageBandwidth : 0;
};

/** The size of one segment by the measured average of its quality; an estimate, and called one. */
export const aboutSize = (map: SegmentMap, row: Row, qualities: Qualities): string | null => {
  const average = measuredAverage(qualities, row.id);
  return average > 0 ? `about ${formatBytes((average / 8) * map.segmentSeconds)}` : null;
};

/** A row in words, for those who do not see the map. */
export const rowText = (map: SegmentMap, { made }: Row, durationSeconds: number | null): string => {
  if (madeCount(made) === 0) return 'nothing yet';
  if (map.count !== null && madeCount(made) >= map.count) return 'all of it';
  return made.map((range) => rangeTimes(range, map.segmentSeconds, durationSeconds)).join(', ');
};
