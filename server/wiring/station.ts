import type { StreamsStatus } from '../../lib/contract/streams.ts';
import type { Overview } from '../../lib/contract/system.ts';
import type { Video } from '../../lib/contract/videos.ts';
import { failedVideos, stationCounts } from '../admin/counts.ts';
import { diskUse } from '../admin/disk.ts';
import { createOverview } from '../admin/overview.ts';
import type { Caller } from '../api/frame.ts';
import type { Domains } from './domains.ts';
import type { Foundation } from './foundation.ts';

/** What the Overview, the strip and the live events show, put together from all domains. */
export type Station = {
  overview(): Promise<Overview>;
  streams(): StreamsStatus;
  video(id: string, caller: Caller): Promise<Video | null>;
  loadDemo(userId: string): Promise<{ channelId: string; videoId: string }>;
  removeDemo(): Promise<void>;
};

export function wireStation(
  { auth, clock, config, database }: Foundation,
  { live, vod, catalog }: Domains,
): Station {
  const { db } = database;
  const streams = (): StreamsStatus => {
    const all = live.status();
    return { total_streams: all.length, streams: all };
  };
  return {
    streams,
    overview: createOverview({
      clock,
      streams,
      stationName: auth.stationName,
      counts: () => stationCounts(db),
      failedVideos: () => failedVideos(db),
      disk: () => diskUse(config.dataDir),
    }),
    async loadDemo(userId) {
      const channelId = await catalog.createDemoChannel();
      return { channelId, videoId: await vod.createDemo(userId) };
    },
    async removeDemo() {
      const [channelId, videoId] = await Promise.all([catalog.findDemo(), vod.findDemo()]);
      if (channelId !== null) {
        await live.stop(channelId);
        await catalog.remove(channelId);
      }
      if (videoId !== null) await vod.remove(videoId);
    },
    async video(id, caller) {
      const video = await vod.view(id);
      const own = video.ownerId === caller.userId || caller.role === 'admin';
      if (!own && (video.visibility === 'private' || caller.role === 'viewer') && video.state !== 'ready')
        return null;
      if (!own && video.visibility === 'private') return null;
      return signThumbnail(video, (resource) => auth.mediaLink(resource, caller));
    },
  };
}

type SignResource = (resource: { kind: 'video'; id: string }) => string;

/** A video as it is shown: its poster's address carries a signature of whoever looks. */
export const signThumbnail = (video: Video, sign: SignResource): Video =>
  video.thumbnail === null
    ? video
    : { ...video, thumbnail: withQuery(video.thumbnail, sign({ kind: 'video', id: video.id })) };

export const withQuery = (address: string, query: string): string =>
  query === '' ? address : `${address}${address.includes('?') ? '&' : '?'}${query}`;
