import { QUIET } from './args.ts';

/** Longer side of a small picture; what a seek bar shows on a screen of two pixels per point. */
const LONG_SIDE = 192;
const SHORTEST_SIDE = 32;
const SIDE_COUNT = 5;
const MOST_PICTURES = 1000;
/** Up to here a picture for every keyframe of the grid; then one a segment; then one every so many segments. */
const SHORT_SECONDS = 300;
const MIDDLE_SECONDS = 1800;
const LONG_EVERY_SECONDS = 10;

/** The n-th sheet, counted from 0. */
export const sheetName = (n: number): string => `sheet-${n}.jpg`;

/** How far apart the pictures of a film are: a multiple of the distance of keyframes, few enough to be sent soon. */
export function storyboardInterval(
  lengthSeconds: number,
  grid: { segmentSeconds: number; everySeconds: number },
): number {
  const { segmentSeconds, everySeconds } = grid;
  if (lengthSeconds <= SHORT_SECONDS && lengthSeconds / everySeconds <= MOST_PICTURES) return everySeconds;
  const least = lengthSeconds <= MIDDLE_SECONDS ? segmentSeconds : LONG_EVERY_SECONDS;
  return Math.ceil(Math.max(least, lengthSeconds / MOST_PICTURES) / segmentSeconds - 1e-9) * segmentSeconds;
}

/** The size of the small pictures of a film, and how many stand beside and below each other on a sheet. */
export function storyboardLayout(film: { width: number; height: number }, count: number) {
  const scale = LONG_SIDE / Math.max(film.width, film.height);
  const side = (length: number): number => Math.max(SHORTEST_SIDE, 2 * Math.round((length * scale) / 2));
  const columns = Math.min(SIDE_COUNT, count);
  return {
    tileWidth: side(film.width),
    tileHeight: side(film.height),
    columns,
    rows: Math.min(SIDE_COUNT, Math.ceil(count / columns)),
  };
}

type Tiles = { tileWidth: number; tileHeight: number; columns: number; rows: number };

/** Arguments that make sheets of coded pictures on standard input, each of them a keyframe of our own H.264. */
export const sheetArgs = ({ tileWidth, tileHeight, columns, rows }: Tiles): string[] => [
  ...QUIET,
  ...['-progress', 'pipe:1', '-stats_period', '0.5'],
  ...['-protocol_whitelist', 'pipe', '-f', 'h264', '-framerate', '1', '-i', 'pipe:0', '-an'],
  '-vf',
  `scale=${tileWidth}:${tileHeight}:flags=area,format=yuvj420p,setsar=1,tile=${columns}x${rows}`,
  ...['-fps_mode', 'passthrough', '-c:v', 'mjpeg', '-q:v', '6', '-map_metadata', '-1'],
  ...['-f', 'image2', '-start_number', '0', 'sheet-%d.jpg'],
];
