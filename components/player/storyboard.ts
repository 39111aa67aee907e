/** A small picture of a stretch of the video: a part of a sheet, in pixels of the sheet. */
export type Tile = {
  fromSeconds: number;
  toSeconds: number;
  src: string;
  x: number;
  y: number;
  width: number;
  height: number;
};

const TIMES = /^(\S+)\s+-->\s+(\S+)/;
const PART = /^(.*)#xywh=(\d+),(\d+),(\d+),(\d+)$/;

/** `01:02:03.456` or `02:03.456` in seconds. */
const secondsOf = (clock: string): number =>
  clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

/**
 * Reads a storyboard: WebVTT whose cues are `sheet.jpg#xywh=x,y,w,h` (Media Fragments URI). Addresses are taken relative
 * to `base`; cues that are no picture are passed over.
 */
export const parseStoryboard = (text: string, base: string): Tile[] =>
  text
    .replaceAll('\r\n', '\n')
    .split(/\n{2,}/)
    .flatMap((block) => {
      const lines = block.split('\n');
      const at = lines.findIndex((line) => TIMES.test(line));
      const times = TIMES.exec(lines[at] ?? '');
      const part = PART.exec(lines[at + 1]?.trim() ?? '');
      if (!times || !part) return [];
      const [x = 0, y = 0, width = 0, height = 0] = part.slice(2).map(Number);
      const tile: Tile = {
        fromSeconds: secondsOf(times[1] ?? ''),
        toSeconds: secondsOf(times[2] ?? ''),
        src: new URL(part[1] ?? '', base).href,
        ...{ x, y, width, height },
      };
      return Number.isFinite(tile.fromSeconds) && width > 0 && height > 0 ? [tile] : [];
    });

/** The picture of a time: the last one that begins before it, so that gaps and the very end have one too. */
export const tileAt = (tiles: readonly Tile[], seconds: number): Tile | null => {
  let low = 0;
  let high = tiles.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((tiles[middle]?.fromSeconds ?? 0) <= seconds) low = middle;
    else high = middle - 1;
  }
  return tiles[low] ?? null;
};
