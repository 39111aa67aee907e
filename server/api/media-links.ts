import type { StreamConfig, Video } from '../../lib/contract/videos.ts';
import type { Caller } from './frame.ts';

/** Makes the query that opens a video for a caller; empty where everybody may watch it anyway. */
export type LinkFor = (video: Pick<Video, 'id' | 'visibility'>, caller: Caller) => string;

const withQuery = (address: string | null, query: string): string | null =>
  address === null || query === '' ? address : `${address}${address.includes('?') ? '&' : '?'}${query}`;

/** A video with the address of its poster signed for whoever looks. */
export const signPoster = (video: Video, link: LinkFor, caller: Caller): Video =>
  video.thumbnail === null ? video : { ...video, thumbnail: withQuery(video.thumbnail, link(video, caller)) };

/** All addresses of a video with the same query, and when it ends. */
export function signConfig(config: StreamConfig, query: string): StreamConfig {
  const expires = Number(new URLSearchParams(query).get('expires') ?? 0);
  const signed = (address: string | null): string | null => withQuery(address, query);
  return {
    ...config,
    hls: signed(config.hls),
    mp4: signed(config.mp4),
    original: signed(config.original),
    thumbnail: signed(config.thumbnail),
    storyboard: signed(config.storyboard),
    qualities: config.qualities.map((one) => ({ ...one, mp4: signed(one.mp4), ts: signed(one.ts) })),
    subtitles: config.subtitles.map((one) => ({ ...one, url: signed(one.url) ?? one.url })),
    expiresAt: expires > 0 ? new Date(expires * 1000).toISOString() : null,
  };
}
