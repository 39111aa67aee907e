import Link from 'next/link';
import type { Video } from '@/lib/contract/videos';
import { formatAgo } from '@/lib/units/time';
import { Tag } from '../ui/state';
import { Poster } from './poster';
import { linesWord, videoTag } from './words';

/** One video of a grid: its frame, length, title and what it is. */
export const VideoTile = ({ video, href }: { video: Video; href: string }) => {
  const tag = videoTag(video);
  return (
    <Link href={href} className="group/poster @container block min-w-0 rounded-[9px]">
      <Poster
        title={video.title}
        thumbnail={video.thumbnail}
        durationSeconds={video.durationSeconds}
        dimmed={video.state === 'failed' || video.state === 'cancelled'}
        className="rounded-[9px]"
      >
        {tag ? (
          <Tag tone={tag.tone} className="absolute top-2 right-2">
            {tag.text}
          </Tag>
        ) : null}
      </Poster>
      <b dir="auto" className="mt-2 block truncate text-left font-semibold leading-[18px]">
        {video.title}
      </b>
      <span className="block truncate text-ink-3 text-label">
        {[linesWord(video), formatAgo(video.createdAt, Date.now())]
          .filter((word) => word !== null)
          .join(', ')}
      </span>
    </Link>
  );
};

export const TILE_GRID =
  'grid grid-cols-[repeat(auto-fill,minmax(180px,1fr))] gap-x-3.5 gap-y-[18px] max-sm:grid-cols-2 max-sm:gap-x-3';
