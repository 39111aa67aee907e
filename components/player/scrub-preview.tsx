import { useQuery } from '@tanstack/react-query';
import type { Chapter } from '@/lib/contract/videos';
import { chapterAt } from './chapters';
import { resign } from './links';
import { parseStoryboard, type Tile, tileAt } from './storyboard';

const WIDTH = 168;
const NONE: readonly Tile[] = [];

/** The pictures of a video, fetched once when they are first wanted; there may be none. */
const useTiles = (address: string | null): readonly Tile[] => {
  const query = useQuery({
    queryKey: ['storyboard', address?.split('?')[0]],
    queryFn: async ({ signal }) => {
      const answer = await fetch(address ?? '', { signal });
      if (!answer.ok) throw new Error(`The storyboard answered ${answer.status}`);
      return parseStoryboard(await answer.text(), new URL(address ?? '', window.location.href).href);
    },
    enabled: address !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1,
  });
  return query.data ?? NONE;
};

type PreviewProps = {
  /** The time that is pointed at, and how it is written. */
  seconds: number;
  label: string;
  /** Its place on the bar. */
  left: string;
  storyboard: string | null;
  chapters: readonly Chapter[];
};

/** What is there at a time: its picture, the time and its chapter. */
export const ScrubPreview = ({ seconds, label, left, storyboard, chapters }: PreviewProps) => {
  const tile = tileAt(useTiles(storyboard), seconds);
  const chapter = chapterAt(chapters, seconds);
  const half = tile ? WIDTH / 2 + 2 : chapter ? 64 : 24;
  return (
    <span
      aria-hidden
      className="-translate-x-1/2 pointer-events-none absolute bottom-5 z-10 grid justify-items-center gap-1.5 pointer-coarse:bottom-8"
      style={{ left: `clamp(${half}px, ${left}, calc(100% - ${half}px))` }}
    >
      {tile ? <Picture tile={tile} storyboard={storyboard} /> : null}
      <span className="max-w-[220px] rounded-[5px] bg-[rgb(16_13_26/.92)] px-1.5 py-0.5 text-center font-[560] text-label">
        {chapter ? <span className="block truncate text-[#D9D5E8]">{chapter.title}</span> : null}
        <span className="block tabular-nums">{label}</span>
      </span>
    </span>
  );
};

const Picture = ({ tile, storyboard }: { tile: Tile; storyboard: string | null }) => {
  const scale = Math.min(WIDTH / tile.width, (WIDTH * 0.8) / tile.height);
  return (
    <span
      data-storyboard={tile.fromSeconds}
      className="block overflow-hidden rounded-md bg-[rgb(16_13_26)] shadow-[0_0_0_2px_#fff,0_10px_30px_rgb(0_0_0/.6)]"
      style={{ width: tile.width * scale, height: tile.height * scale }}
    >
      <span
        className="block origin-top-left bg-no-repeat"
        style={{
          width: tile.width,
          height: tile.height,
          backgroundImage: `url("${resign(tile.src, storyboard)}")`,
          backgroundPosition: `-${tile.x}px -${tile.y}px`,
          transform: `scale(${scale})`,
        }}
      />
    </span>
  );
};
