import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Page } from '../contract/common.ts';
import type { Video } from '../contract/videos.ts';
import { keys } from './keys.ts';

type VideoPages = InfiniteData<Page<Video>>;

const mapItems = (
  data: VideoPages | undefined,
  change: (items: Video[]) => Video[],
): VideoPages | undefined =>
  data && { ...data, pages: data.pages.map((page) => ({ ...page, items: change(page.items) })) };

/**
 * Merges what an event says about a video into everything that shows it. False when the lists have to be asked again:
 * the video is new to them, or its state changed so that a filter may now leave it out or take it in.
 */
export const patchVideo = (client: QueryClient, change: Partial<Video> & { id: string }): boolean => {
  const seen = { listed: false, alone: false, moved: false };
  const merge = (video: Video, where: 'listed' | 'alone'): Video => {
    if (video.id !== change.id) return video;
    seen[where] = true;
    seen.moved ||= change.state !== undefined && change.state !== video.state;
    return { ...video, ...change };
  };
  const lists = client.setQueriesData<VideoPages>({ queryKey: [...keys.videos, 'list'] }, (data) =>
    mapItems(data, (items) => items.map((video) => merge(video, 'listed'))),
  );
  client.setQueryData<Video>(keys.video(change.id), (video) => video && merge(video, 'alone'));
  // That the page of a video or the uploads know it says nothing of the lists.
  const hasLists = lists.some(([, data]) => data !== undefined);
  const known = hasLists ? seen.listed : seen.alone;
  return known && !seen.moved && change.state !== undefined;
};

export const removeVideo = (client: QueryClient, id: string): void => {
  client.setQueriesData<VideoPages>({ queryKey: [...keys.videos, 'list'] }, (data) =>
    mapItems(data, (items) => items.filter((video) => video.id !== id)),
  );
};
